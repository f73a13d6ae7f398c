package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Topics that were created can be written at once. */
@Timeout(180)
@Tag("slow")
class TopicsReadyTest {
  private static final int INSTALLATIONS = 4;
  private static final int PARTITIONS = 12;

  @Test
  void eachPartitionHasALeaderAsSoonAsItsTopicIsCreated() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = new HashMap<>();
      clients.put("bootstrap.servers", cluster.bootstrapServers());
      Map<String, Object> impatient = new HashMap<>(clients);
      impatient.put("retries", 0);
      try (Admin admin = Admin.create(impatient)) {
        for (int i = 1; i <= INSTALLATIONS; i++) {
          String prefix = "i" + i + ".";
          TopicProvisioner.create(clients, prefix, PARTITIONS);

          Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
          for (Topic<?> topic : Topics.ALL) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
              ends.put(new TopicPartition(prefix + topic.name(), partition), OffsetSpec.earliest());
            }
          }
          assertThatCode(() -> admin.listOffsets(ends).all().get())
              .as(prefix)
              .doesNotThrowAnyException();
        }
      }
    }
  }
}
