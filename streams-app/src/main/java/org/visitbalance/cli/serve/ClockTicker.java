package org.visitbalance.cli.serve;

import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.visitbalance.service.FactProducer;

/** Sends a clock tick to every partition each second. Several clocks on one cluster do no harm. */
interface ClockTicker extends AutoCloseable {
  /** No clock: sends nothing. */
  ClockTicker NONE = () -> {};

  /** Starts a clock that uses the producer and does not close it. */
  static ClockTicker start(FactProducer producer, int partitions) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "clock");
              thread.setDaemon(true);
              return thread;
            });
    ScheduledFuture<?> unused =
        timer.scheduleAtFixedRate(
            () -> producer.tick(Instant.now(), partitions), 0, 1, TimeUnit.SECONDS);
    return timer::shutdownNow;
  }

  @Override
  void close();
}
