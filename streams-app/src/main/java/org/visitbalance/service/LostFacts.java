package org.visitbalance.service;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Whether the topics still have all facts. They are kept forever; what is gone nevertheless is gone
 * from every rebuild, and whatever had not been read yet counts nowhere.
 */
final class LostFacts {
  private LostFacts() {}

  /** Returns what somebody should know about facts that are gone; null if all are there. */
  static @Nullable String warning(Map<String, ?> clients, String prefix) {
    Map<String, Object> asking = new HashMap<>(clients);
    List<String> names =
        Topics.PATIENT_FACTS.stream().map(Topic::name).map(prefix::concat).toList();
    try (Admin admin = ClusterProblems.admin(asking)) {
      Map<TopicPartition, OffsetSpec> all = new HashMap<>();
      ClusterProblems.answers(
              asking, "describe its topics", admin.describeTopics(names).topicNameValues())
          .forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(
                          one ->
                              all.put(
                                  new TopicPartition(name, one.partition()),
                                  OffsetSpec.earliest())));
      return sentence(
          ClusterProblems.answer(
              asking, "say where its topics begin", admin.listOffsets(all).all()));
    }
  }

  private static @Nullable String sentence(Map<TopicPartition, ListOffsetsResultInfo> begins) {
    List<TopicPartition> cut =
        begins.keySet().stream()
            .filter(place -> begins.get(place).offset() > 0)
            .sorted(Comparator.comparing(TopicPartition::toString))
            .toList();
    if (cut.isEmpty()) {
      return null;
    }
    int others = cut.size() - 1;
    return cut.get(0)
        + " begins at offset "
        + begins.get(cut.get(0)).offset()
        + (others == 0 ? "" : ", and " + others + " more like it")
        + ": earlier facts are gone, so figures lack those that had not been read, a rebuild of the"
        + " state would lack all of them, and audits refuse; set retention.ms=-1 with"
        + " 'visit-balance topics', and send the facts again";
  }
}
