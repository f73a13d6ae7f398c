package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;

/** The command serve is told to end when its cluster is gone. */
@Timeout(120)
@Tag("slow")
class StopTest {
  @TempDir private Path folder;

  @Test
  void itEndsThoughItsBrokerIsGone() {
    ServiceProcess serve;
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      Map<String, Object> clients =
          Map.of(
              "bootstrap.servers", cluster.bootstrapServers(),
              "schema.registry.url", cluster.registryUrl());
      TopicProvisioner.create(clients, "", 1);
      serve =
          ServiceProcess.start(
              folder,
              Map.of(
                  "VISIT_BALANCE_TOKEN_KEY",
                  ServiceProcess.TOKEN_KEY,
                  "VISIT_BALANCE_HTTP_PORT",
                  "0"),
              "--bootstrap",
              cluster.bootstrapServers(),
              "--registry",
              cluster.registryUrl());
      await().atMost(Duration.ofMinutes(1)).until(() -> serve.log().contains("RUNNING"));
      await().atMost(Duration.ofMinutes(1)).until(() -> serve.log().contains("http://"));
    }
    serve.run(1_000);

    long told = System.nanoTime();
    serve.stop();

    Duration took = Duration.ofNanos(System.nanoTime() - told);
    assertThat(took).isLessThan(Duration.ofSeconds(40));
  }
}
