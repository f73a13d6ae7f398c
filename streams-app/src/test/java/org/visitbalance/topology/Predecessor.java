package org.visitbalance.topology;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/** An older program in a story: what it reported, until when, and by other rules. */
final class Predecessor implements Rebuild {
  private final Instant moment;
  private final Map<String, Map<String, SpecificRecord>> tables = new LinkedHashMap<>();

  Predecessor(Service older, String moment) {
    this(Instant.parse(moment));
    take(older.said());
  }

  private Predecessor(Instant moment) {
    this.moment = moment;
  }

  /** The same, to which others may say more. */
  Predecessor copy() {
    Predecessor copy = new Predecessor(moment);
    tables.forEach((topic, table) -> copy.tables.put(topic, new HashMap<>(table)));
    return copy;
  }

  /** Takes what somebody says next. */
  Predecessor take(List<Service.Out> said) {
    said.forEach(
        out -> {
          Map<String, SpecificRecord> table =
              tables.computeIfAbsent(out.topic(), any -> new HashMap<>());
          if (out.value() == null) {
            table.remove(out.key());
          } else {
            table.put(out.key(), out.value());
          }
        });
    return this;
  }

  /** By its rules, something more was reported. */
  Predecessor with(Topic<?> topic, String key, SpecificRecord value) {
    tables.computeIfAbsent(topic.name(), any -> new HashMap<>()).put(key, value);
    return this;
  }

  /** By its rules, something was not reported. */
  Predecessor without(Topic<?> topic, Predicate<SpecificRecord> which) {
    tables.getOrDefault(topic.name(), new HashMap<>()).values().removeIf(which);
    return this;
  }

  /** What stands on a topic. */
  Map<String, SpecificRecord> table(Topic<?> topic) {
    return tables.getOrDefault(topic.name(), Map.of());
  }

  @Override
  public Instant moment() {
    return moment;
  }

  @Override
  public boolean isLater(String topic, int partition, long offset, Instant knownAt) {
    return knownAt.isAfter(moment);
  }

  @Override
  public void began(Instant tick) {
    // Nothing to remember.
  }

  @Override
  public PreviousOutputs previous() {
    PreviousOutputs previous = new PreviousOutputs();
    for (Topic<?> topic : Topics.OUTPUTS) {
      table(topic).forEach((key, value) -> previous.put(topic, key, value, moment));
    }
    return previous.read();
  }
}
