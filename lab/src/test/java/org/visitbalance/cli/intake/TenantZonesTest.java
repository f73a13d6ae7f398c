package org.visitbalance.cli.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** Files are read in the zone of the settings that the service has in force. */
@Timeout(120)
@Tag("slow")
class TenantZonesTest {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  /** Nothing waits for it, since it is far above all known ones. */
  private static final byte[] OF_AN_UNKNOWN_SCHEMA = {0, 7, 0, 0, 0, 1};

  @Test
  void aDocumentThatTheServiceRefusesMovesNoZone() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary();
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      Map<String, Object> clients = cluster.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", 1);
      TenantZones zones = new TenantZones(clients, serdes, "");

      send(producer, serdes, "T1", "T1", NEW_YORK.getId());
      send(producer, serdes, "T1", "T1", "Mars/Phobos");
      send(producer, serdes, "T2", "T1", "Asia/Kathmandu");
      for (byte[] value : List.of("no Avro".getBytes(UTF_8), OF_AN_UNKNOWN_SCHEMA)) {
        producer.send(new ProducerRecord<>(Topics.SETTINGS.name(), value)).get();
      }
      zones.read();
      assertThat(zones.of("T1")).isEqualTo(NEW_YORK);

      // A document without a zone means UTC, which intake says of files
      send(producer, serdes, "T1", "T1", null);
      zones.read();
      assertThat(zones.of("T1")).isNull();
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      TopologyOptions.Serdes serdes,
      String key,
      String tenant,
      String zone)
      throws Exception {
    String topic = Topics.SETTINGS.name();
    Settings document = Settings.newBuilder().setTenant(tenant).setZone(zone).build();
    byte[] value = serdes.of(Settings.class).serializer().serialize(topic, document);
    producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)).get();
  }
}
