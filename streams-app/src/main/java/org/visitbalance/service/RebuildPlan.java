package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * What every instance of a new version of the state starts from, whenever it starts: lines of text
 * on a topic of the application's own, of which the first record counts.
 *
 * @param moment the record timestamp of the older program's newest output
 * @param offsets until where that program had read the facts; empty if that is lost
 */
record RebuildPlan(Instant moment, Map<TopicPartition, Long> offsets) {
  private static final String MOMENT = "moment ";
  private static final String OFFSET = "offset ";

  byte[] toBytes() {
    StringBuilder text = new StringBuilder(MOMENT).append(moment).append('\n');
    Map<String, Long> sorted = new TreeMap<>();
    offsets.forEach((place, offset) -> sorted.put(place.partition() + " " + place.topic(), offset));
    sorted.forEach(
        (place, offset) ->
            text.append(OFFSET).append(offset).append(' ').append(place).append('\n'));
    return text.toString().getBytes(UTF_8);
  }

  static RebuildPlan of(byte[] bytes) {
    Instant moment = Instant.EPOCH;
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (String line : new String(bytes, UTF_8).split("\n", -1)) {
      if (line.startsWith(MOMENT)) {
        moment = Instant.parse(line.substring(MOMENT.length()));
      } else if (line.startsWith(OFFSET)) {
        String[] parts = line.split(" ", 4);
        offsets.put(
            new TopicPartition(parts[3], Integer.parseInt(parts[2])), Long.parseLong(parts[1]));
      }
    }
    return new RebuildPlan(moment, offsets);
  }
}
