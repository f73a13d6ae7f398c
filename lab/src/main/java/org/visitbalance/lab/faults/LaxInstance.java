package org.visitbalance.lab.faults;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.BalancingService;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.TopologyOptions;

/**
 * An instance without exactly-once, which the command serve does not allow: with it, faults must be
 * seen to lose or double something.
 */
public final class LaxInstance {
  private LaxInstance() {}

  /**
   * Runs until it is killed; the arguments are the brokers, the registry, the state folder, and the
   * key of the tokens.
   */
  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", args[0]);
    clients.put("schema.registry.url", args[1]);
    clients.put("main.consumer.session.timeout.ms", "10000");
    clients.put("processing.guarantee", "at_least_once");
    clients.put("commit.interval.ms", "3000");
    TopologyOptions options =
        new TopologyOptions(
            "",
            ValueSerdes.of(clients)::forClass,
            args[3],
            Story.PARTITIONS,
            Instant.parse("2000-01-01T00:00:00Z"),
            null,
            false,
            TopologyOptions.DATES_PER_TICK,
            ProgressListener.NONE);
    CountDownLatch stopped = new CountDownLatch(1);
    try (BalancingService service =
        BalancingService.start(
            options,
            clients,
            Path.of(args[2]),
            (problem, goesOn) -> {
              if (!goesOn) {
                stopped.countDown();
              }
            })) {
      stopped.await();
      service.check();
    }
  }
}
