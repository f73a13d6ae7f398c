package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.core.Tokens;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.output.VisitIds;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topics;

/** The command serve checks the key of its tokens. */
@Tag("slow")
@Timeout(180)
class TokenKeyDoorTest {
  @TempDir private Path folder;

  @Test
  void aWeakKeyIsRefusedUnlessTheInstallationHasTokensOfIt() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients = cluster.clients();
      TopicProvisioner.create(clients, "", 3);

      // Without a token, only a good key is taken
      ServiceProcess weak = serve(cluster, "one", "old");
      assertThat(weak.exit()).isEqualTo(2);
      assertThat(weak.log())
          .contains("visit-balance: VISIT_BALANCE_TOKEN_KEY must be 64 or more hexadecimal digits")
          .doesNotContain("\tat ");

      // With tokens of an old key, only that one is
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (int i = 0; i < 500; i++) {
          put(producer, clients, i, "older", i % 3);
        }
        put(producer, clients, 1_000, "old", 1);
        producer
            .send(new ProducerRecord<>(Topics.VISIT_IDS.name(), 1, "T1|gone".getBytes(UTF_8), null))
            .get();
      }
      ServiceProcess other = serve(cluster, "two", ServiceProcess.TOKEN_KEY);
      assertThat(other.exit()).isEqualTo(2);
      assertThat(other.log())
          .contains("not the key of this installation")
          .doesNotContain(ServiceProcess.TOKEN_KEY);

      ServiceProcess old = serve(cluster, "three", "old");
      await().atMost(Duration.ofMinutes(1)).until(() -> old.log().contains("RUNNING"));
      assertThat(old.log()).contains("can be traced back");
      old.stop();
    }
  }

  private static void put(
      KafkaProducer<byte[], byte[]> producer,
      Map<String, Object> clients,
      int visit,
      String key,
      int partition)
      throws Exception {
    String token = new Tokens(key).visit("T1", "P1", "V" + visit);
    producer
        .send(
            new ProducerRecord<>(
                Topics.VISIT_IDS.name(),
                partition,
                Keys.of("T1", token).getBytes(UTF_8),
                ValueSerdes.of(clients)
                    .forClass(VisitIds.class)
                    .serializer()
                    .serialize(
                        Topics.VISIT_IDS.name(),
                        new VisitIds("T1", token, "P1", "V" + visit, null, List.of()))))
        .get();
  }

  private ServiceProcess serve(EmbeddedCluster cluster, String name, String key) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    return ServiceProcess.start(
        own,
        Map.of("VISIT_BALANCE_TOKEN_KEY", key, "VISIT_BALANCE_HTTP_PORT", "off"),
        "--bootstrap",
        cluster.bootstrapServers(),
        "--registry",
        cluster.registryUrl());
  }
}
