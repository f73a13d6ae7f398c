package org.visitbalance.cli.serve;

import java.time.Duration;
import java.time.Instant;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.SendBatch;

/** Sends a clock tick to every partition each second. Several clocks on one cluster do no harm. */
public final class ClockTicker {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private ClockTicker() {}

  /**
   * Returns a clock that has not started. It uses the producer and does not close it.
   *
   * @param host of this process
   */
  public static PeriodicTask of(FactProducer producer, int partitions, String host) {
    return new PeriodicTask("clock", PAUSE, () -> tick(producer, partitions, host));
  }

  /** Waits until the tick is there: what a cluster that is gone did not get is no news later. */
  private static void tick(FactProducer producer, int partitions, String host) {
    SendBatch batch = producer.batch();
    batch.tick(new Tick(Instant.now(), host), partitions);
    batch.await();
  }
}
