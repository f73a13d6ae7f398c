package org.visitbalance.cli.intake;

import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.serde.SchemaPatience;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * The time zones of the settings in force. A document that the service does not accept has no
 * effect here either. Thread-safe.
 */
final class TenantZones {
  /** Settings are in no partition of a patient. */
  private static final int ANY = 1;

  private final TopicReader topics;
  private final FactDecoder decoder;
  private volatile Map<String, ZoneId> zones = Map.of();

  TenantZones(Map<String, Object> clients, TopologyOptions.Serdes serdes, String prefix) {
    topics = new TopicReader(clients, serdes, prefix);
    decoder = new FactDecoder(prefix, ANY, serdes, List.of(Topics.SETTINGS));
  }

  /** Reads all documents; until it is done, what was read before holds. */
  synchronized void read() {
    Map<String, ZoneId> read = new HashMap<>();
    topics.readBytes(
        List.of(Topics.SETTINGS),
        (topic, record) -> {
          Settings document = SchemaPatience.await(() -> decoder.accepted(record));
          if (document != null) {
            String zone = document.getZone();
            if (zone == null) {
              read.remove(document.getTenant());
            } else {
              read.put(document.getTenant(), ZoneId.of(zone));
            }
          }
        });
    zones = Map.copyOf(read);
  }

  /** Returns a tenant's zone; null while its settings name none. */
  @Nullable ZoneId of(String tenant) {
    return zones.get(tenant);
  }
}
