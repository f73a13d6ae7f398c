package org.visitbalance.service;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.topology.TopologyOptions;

/**
 * The service in a process of its own that takes few dates in a tick, so that a rebuild takes many
 * ticks. It says each of them in a line: the partition, and whether nothing is left to do.
 */
final class RebuildingProcess {
  private RebuildingProcess() {}

  /** Runs until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    Map<String, Object> clients = new HashMap<>();
    clients.put("bootstrap.servers", args[0]);
    clients.put("schema.registry.url", args[1]);
    // What is killed comes back under its name, and need not be missed first.
    clients.put("group.instance.id", "one");
    clients.put("producer.transaction.timeout.ms", "10000");
    BalancingService.start(
        options(
            args[2],
            clients,
            Integer.parseInt(args[3]),
            Instant.parse(args[4]),
            Duration.parse(args[5])),
        clients,
        Path.of(args[6]),
        (problem, goesOn) -> problem.printStackTrace());
    Thread.currentThread().join();
  }

  private static TopologyOptions options(
      String prefix, Map<String, Object> clients, int partitions, Instant end, Duration kept) {
    return new TopologyOptions(
        prefix,
        ValueSerdes.of(clients)::forClass,
        "key",
        partitions,
        end,
        kept,
        false,
        RebuildCrashTest.DATES_PER_TICK,
        (partition, now, isSettled) -> System.out.println("ticked " + partition + " " + isSettled));
  }
}
