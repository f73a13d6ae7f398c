package org.visitbalance.cli;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.visitbalance.ingest.InputException;

/**
 * Settings of Kafka's clients that must not be changed: with other values, facts would be lost or
 * counted twice, or the state would not be found again. Rejects configurations that contain one.
 */
final class FixedSettings {
  /** The setting must not be set. */
  private static final String NOTHING = "";

  private static final List<String> PREFIXES =
      List.of(
          "main.consumer.",
          "restore.consumer.",
          "global.consumer.",
          "consumer.",
          "producer.",
          "admin.");

  /** The allowed values, by name. */
  private static final Map<String, List<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("processing.guarantee", List.of("exactly_once_v2")),
          Map.entry("acks", List.of("all", "-1")),
          Map.entry("enable.idempotence", List.of("true")),
          Map.entry("enable.auto.commit", List.of("false")),
          Map.entry("isolation.level", List.of("read_committed")),
          Map.entry("auto.offset.reset", List.of("earliest")),
          Map.entry("max.task.idle.ms", List.of("0")),
          Map.entry("ensure.explicit.internal.resource.naming", List.of("true")),
          Map.entry("application.id", List.of(NOTHING)),
          Map.entry("group.id", List.of(NOTHING)),
          Map.entry("transactional.id", List.of(NOTHING)),
          Map.entry("state.dir", List.of(NOTHING)),
          Map.entry("partitioner.class", List.of(NOTHING)),
          Map.entry("key.serializer", List.of(NOTHING)),
          Map.entry("value.serializer", List.of(NOTHING)),
          Map.entry("key.deserializer", List.of(NOTHING)),
          Map.entry("value.deserializer", List.of(NOTHING)),
          Map.entry("default.key.serde", List.of(NOTHING)),
          Map.entry("default.value.serde", List.of(NOTHING)),
          Map.entry("default.timestamp.extractor", List.of(NOTHING)),
          Map.entry("deserialization.exception.handler", List.of(NOTHING)),
          Map.entry("default.deserialization.exception.handler", List.of(NOTHING)),
          Map.entry("processing.exception.handler", List.of(NOTHING)),
          Map.entry("production.exception.handler", List.of(NOTHING)),
          Map.entry("default.production.exception.handler", List.of(NOTHING)));

  private FixedSettings() {}

  /**
   * Checks a configuration.
   *
   * @throws InputException for the first setting that must not be set
   */
  static void check(Map<String, Object> clients) {
    new TreeMap<>(clients)
        .forEach(
            (name, value) -> {
              List<String> allowed = ALLOWED.get(withoutPrefix(name));
              if (allowed != null && !allowed.contains(String.valueOf(value).strip())) {
                throw new InputException(problem(name, allowed.get(0)));
              }
            });
  }

  private static String problem(String name, String allowed) {
    return name
        + " must not be set"
        + (allowed.isEmpty() ? "" : " to anything but " + allowed)
        + ": the service relies on its own value; remove it from the --config file and from"
        + " the variables VISIT_BALANCE_KAFKA_* and VISIT_BALANCE_STREAMS_*";
  }

  private static String withoutPrefix(String name) {
    for (String prefix : PREFIXES) {
      if (name.startsWith(prefix)) {
        return name.substring(prefix.length());
      }
    }
    return name;
  }
}
