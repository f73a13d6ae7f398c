package org.visitbalance.cli.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.PeriodicTask;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.SendBatch;

/**
 * Sends a clock tick each second to the partitions that this instance processes, so that the cost
 * of the clock does not grow with the number of instances. Several clocks on one partition do no
 * harm.
 */
public final class ClockTicker {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private ClockTicker() {}

  /**
   * Returns a clock that has not started. It uses the producer and does not close it.
   *
   * @param service whose partitions get ticks
   * @param host of this process
   */
  public static PeriodicTask of(FactProducer producer, BalancingService service, String host) {
    return new PeriodicTask("clock", PAUSE, () -> tick(producer, service.partitions(), host));
  }

  /** Waits until the tick is there: what a cluster that is gone did not get is no news later. */
  private static void tick(FactProducer producer, Set<Integer> partitions, String host) {
    SendBatch batch = producer.batch();
    batch.tick(new Tick(Instant.now(), host), partitions);
    batch.await();
  }
}
