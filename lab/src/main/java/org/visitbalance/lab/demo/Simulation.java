package org.visitbalance.lab.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.visitbalance.platform.Patience;
import org.visitbalance.scenario.HurryingClock;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.service.FactProducer;

/**
 * Runs a simulated company: lets its files come each night, and sends the company's time as clock
 * ticks, in place of a wall clock. While files are read, and if the service falls behind by a day
 * of the company's time, the company's time waits.
 */
final class Simulation {
  private static final long STEP_MILLIS = 100;
  private static final Duration LEAD = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final LivingCompany company;
  private final HurryingClock clock;
  private final FactProducer producer;
  private final Deliveries deliveries;
  private final CatchUpProgress ledgers;
  private final int partitions;

  /** Creates a simulation that has not started; it closes nothing of what it uses. */
  Simulation(
      LivingCompany company,
      HurryingClock clock,
      FactProducer producer,
      Deliveries deliveries,
      CatchUpProgress ledgers,
      int partitions) {
    this.company = company;
    this.clock = clock;
    this.producer = producer;
    this.deliveries = deliveries;
    this.ledgers = ledgers;
    this.partitions = partitions;
  }

  /** Lets the files of the company's history come, and waits until they have been evaluated. */
  void tellHistory() {
    for (Instant due = deliveries.due(); !due.isAfter(company.begins()); due = deliveries.due()) {
      clock.set(due);
      boolean unused = deliveries.deliver(due);
    }
    clock.set(company.begins());
    Patience.await(
        "the company's history to be evaluated",
        PATIENCE,
        () -> {
          boolean judged = ledgers.haveReached(company.begins());
          if (!judged) {
            tick(company.begins());
          }
          return judged;
        });
  }

  /** Returns the company's clock. */
  InstantSource time() {
    return clock;
  }

  /**
   * Starts the simulation, which runs until it is closed.
   *
   * @param judged is told, often, up to which moment the service has evaluated
   * @param failed is told why the simulation could not go on
   */
  Worker start(Consumer<Instant> judged, Consumer<RuntimeException> failed) {
    return Worker.start("simulation", stopped -> live(stopped, judged, failed));
  }

  private void live(
      BooleanSupplier stopped, Consumer<Instant> judged, Consumer<RuntimeException> failed) {
    try {
      long before = System.nanoTime();
      while (!stopped.getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        long now = System.nanoTime();
        if (ledgers.haveReached(clock.instant().minus(LEAD))) {
          clock.advance(Duration.ofNanos(now - before), company.next());
        }
        before = now;
        if (deliveries.deliver(clock.instant())) {
          before = System.nanoTime();
        }
        // A tick must not be on its topic before the facts that were known by then.
        tick(clock.instant());
        Instant slowest = ledgers.slowest();
        if (slowest != null) {
          judged.accept(slowest);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failed.accept(e);
    }
  }

  private void tick(Instant now) {
    producer.tick(now, partitions);
    producer.flush();
  }
}
