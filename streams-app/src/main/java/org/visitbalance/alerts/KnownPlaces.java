package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Which companies and locations there are: those of the settings in force, and those that have a
 * balance. For one thread.
 */
final class KnownPlaces {
  /** Settings are in no partition of a patient. */
  private static final int ANY = 1;

  private final Cluster cluster;
  private final FactDecoder decoder;
  private Map<String, Settings> settings = Map.of();

  /** Locations by company. What once had a balance stays known. */
  private final Map<String, Set<String>> balanced = new HashMap<>();

  KnownPlaces(Cluster cluster) {
    this.cluster = cluster;
    this.decoder =
        new FactDecoder(cluster.prefix(), ANY, cluster.serdes(), List.of(Topics.SETTINGS));
  }

  /** Reads the settings anew, and the balances if that leaves something of all this unknown. */
  void read(Collection<RouteFilter> all) {
    Map<String, Settings> read = new HashMap<>();
    read(
        Topics.SETTINGS,
        record -> {
          Settings document = decoder.accepted(record);
          if (document != null) {
            read.put(document.getTenant(), document);
          }
        });
    settings = read;
    if (all.stream().anyMatch(filter -> unknown(filter) != null)) {
      read(
          Topics.BALANCES,
          record -> {
            if (record.key() != null && record.value() != null) {
              List<String> parts = Keys.parts(new String(record.key(), UTF_8));
              if (parts.size() > 1) {
                balanced.computeIfAbsent(parts.get(0), any -> new HashSet<>()).add(parts.get(1));
              }
            }
          });
    }
  }

  private void read(Topic<?> topic, Consumer<ConsumerRecord<byte[], byte[]>> sink) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            cluster.reading(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      CommittedReading.begin(consumer, List.of(cluster.name(topic)));
      CommittedReading.readToEnd(consumer, sink);
    }
  }

  /** Says what nobody knows of what a route is limited to; null if all of it is known. */
  @Nullable String unknown(RouteFilter filter) {
    Set<String> tenants = new TreeSet<>(settings.keySet());
    tenants.addAll(balanced.keySet());
    List<String> unknown = new ArrayList<>();
    add(unknown, "tenant ", filter.tenants(), tenants);
    Set<String> locations = new HashSet<>();
    for (String tenant : filter.tenants().isEmpty() ? tenants : filter.tenants()) {
      locations.addAll(balanced.getOrDefault(tenant, Set.of()));
      Settings document = settings.get(tenant);
      if (document != null && document.getLocations() != null) {
        document.getLocations().forEach(row -> locations.add(row.getLocationId()));
      }
    }
    add(unknown, "location ", filter.locations(), locations);
    return unknown.isEmpty()
        ? null
        : "names what is neither in the settings nor in any balance: "
            + String.join(", ", unknown)
            + "; correct the routes file, or the settings";
  }

  private static void add(List<String> unknown, String what, Set<String> named, Set<String> known) {
    for (String one : new TreeSet<>(named)) {
      if (!known.contains(one)) {
        unknown.add(what + one);
      }
    }
  }
}
