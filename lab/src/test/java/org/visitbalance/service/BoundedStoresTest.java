package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.topology.ProgressListener;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** However many partitions an instance has, its stores share one memory; and it shows its own. */
@Tag("slow")
class BoundedStoresTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long BYTES = 48L << 20;
  private static final int PARTITIONS = 4;

  @Test
  void allStoresOfAnInstanceShareOneMemory() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = new HashMap<>();
      clients.put("bootstrap.servers", cluster.bootstrapServers());
      clients.put("schema.registry.url", cluster.registryUrl());
      TopicProvisioner.create(clients, "", PARTITIONS);
      clients.put(BoundedStores.BYTES, Long.toString(BYTES));
      try (BalancingService service = BalancingService.start(options(clients), clients)) {
        Patience.await(
            "all partitions",
            PATIENCE,
            () -> service.trouble() == null && service.partitions().size() == PARTITIONS);

        List<Object> capacities = metric(service, "block-cache-capacity");
        assertThat(capacities).hasSizeGreaterThan(PARTITIONS * 5);
        assertThat(capacities).allMatch(one -> ((Number) one).longValue() == BYTES);
        // One cache: each store reports what all of them use
        assertThat(metric(service, "block-cache-usage").stream().distinct()).hasSize(1);
      }
    }
  }

  /** What a task has counted belongs to the instance that has the task now. */
  @Test
  void aTaskThatMovesIsCountedByOneInstance() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = new HashMap<>();
      clients.put("bootstrap.servers", cluster.bootstrapServers());
      clients.put("schema.registry.url", cluster.registryUrl());
      TopicProvisioner.create(clients, "", PARTITIONS);
      try (BalancingService first = BalancingService.start(options(clients), clients)) {
        Patience.await("the first", PATIENCE, () -> first.partitions().size() == PARTITIONS);
        assertThat(series(first)).isEqualTo(PARTITIONS);

        try (BalancingService second = BalancingService.start(options(clients), clients)) {
          Patience.await(
              "two halves",
              PATIENCE,
              () -> first.partitions().size() == 2 && second.partitions().size() == 2);

          Patience.await("what is shown", PATIENCE, () -> series(first) == 2);
          assertThat(series(second)).isEqualTo(2);
        }
      }
    }
  }

  /** How many tasks' visits are shown. */
  private static int series(BalancingService service) {
    return (int)
        service.metrics().keySet().stream()
            .filter(
                name ->
                    name.group().equals("visit-balance")
                        && name.name().equals("facts-read")
                        && Topics.VISITS.name().equals(name.tags().get("source")))
            .count();
  }

  private static List<Object> metric(BalancingService service, String name) {
    return service.metrics().entrySet().stream()
        .filter(one -> one.getKey().name().equals(name))
        .map(one -> one.getValue().metricValue())
        .toList();
  }

  private static TopologyOptions options(Map<String, Object> clients) {
    return new TopologyOptions(
        "",
        ValueSerdes.of(clients)::forClass,
        "key",
        PARTITIONS,
        Instant.EPOCH,
        null,
        false,
        TopologyOptions.DATES_PER_TICK,
        ProgressListener.NONE);
  }
}
