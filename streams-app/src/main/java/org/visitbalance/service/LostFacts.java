package org.visitbalance.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Partitions;
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
      Map<String, TopicDescription> topics =
          ClusterProblems.answers(
              asking, "describe its topics", admin.describeTopics(names).topicNameValues());
      return sentence(
          ClusterProblems.answer(
              asking,
              "say where its topics begin",
              admin.listOffsets(Partitions.ask(topics.values(), OffsetSpec.earliest())).all()));
    }
  }

  private static @Nullable String sentence(Map<TopicPartition, ListOffsetsResultInfo> begins) {
    NavigableMap<String, Long> cut = new TreeMap<>();
    begins.forEach(
        (place, begin) -> {
          if (begin.offset() > 0) {
            cut.put(place.toString(), begin.offset());
          }
        });
    return cut.isEmpty()
        ? null
        : sentence(cut.firstKey(), cut.firstEntry().getValue(), cut.size() - 1);
  }

  private static String sentence(String place, long begin, int others) {
    return place
        + " begins at offset "
        + begin
        + (others == 0 ? "" : ", and " + others + " more like it")
        + ": earlier facts are gone, so figures lack those that had not been read, a rebuild of the"
        + " state would lack all of them, and audits refuse; set retention.ms=-1 with"
        + " 'visit-balance topics', and send the facts again";
  }
}
