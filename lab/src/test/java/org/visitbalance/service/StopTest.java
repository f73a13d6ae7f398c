package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
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
      Map<String, Object> clients = cluster.clients();
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
    assertThat(serve.exit()).as("told to end, it has not failed").isZero();
  }

  @Test
  void itEndsWithNoughtAndWithoutATrace() {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary()) {
      TopicProvisioner.create(cluster.clients(), "", 1);
      ServiceProcess serve = ServiceProcess.start(folder, options(cluster));
      await().atMost(Duration.ofMinutes(1)).until(() -> serve.log().contains("RUNNING"));

      serve.stop();

      assertThat(serve.exit()).isZero();
      assertThat(serve.log()).doesNotContain("\tat ", "Exception");
    }
  }

  @Test
  void aPortThatIsTakenIsSaidBeforeAnythingBegins() throws Exception {
    try (EmbeddedCluster cluster = EmbeddedCluster.temporary();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      TopicProvisioner.create(cluster.clients(), "", 1);

      ServiceProcess serve =
          ServiceProcess.start(
              folder,
              Map.of(
                  "VISIT_BALANCE_TOKEN_KEY",
                  ServiceProcess.TOKEN_KEY,
                  "VISIT_BALANCE_HTTP_PORT",
                  Integer.toString(taken.getLocalPort())),
              options(cluster));

      assertThat(serve.exit()).isEqualTo(2);
      assertThat(serve.log())
          .contains("visit-balance: VISIT_BALANCE_HTTP_PORT", "is in use")
          .doesNotContain("the state of the instance has changed", "\tat ");
    }
  }

  private static String[] options(EmbeddedCluster cluster) {
    return new String[] {
      "--bootstrap", cluster.bootstrapServers(), "--registry", cluster.registryUrl()
    };
  }
}
