package org.visitbalance.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a slow machine, a controller is asked before it knows what it has to answer. */
@Timeout(60)
@Tag("slow")
class UncleanStopTest {
  private static final int NEVER_SEEN = 7;

  @TempDir private Path folder;

  /** One of two controllers knows nothing until the other is there. */
  @Test
  void aControllerThatHasNotReadItsLogYetIsWaitedFor() throws Exception {
    int[] ports = FreePorts.find(2);
    KafkaRaftServer first = controller(1, ports);
    first.startup();
    try {
      CompletableFuture<Void> forgotten =
          CompletableFuture.runAsync(
              () -> UncleanStop.takeLeadership(NEVER_SEEN, "127.0.0.1:" + ports[0]));
      assertThatThrownBy(() -> forgotten.get(2, TimeUnit.SECONDS))
          .isInstanceOf(TimeoutException.class);

      KafkaRaftServer second = controller(2, ports);
      second.startup();
      try {
        assertThat(forgotten).succeedsWithin(30, TimeUnit.SECONDS);
      } finally {
        second.shutdown();
      }
    } finally {
      first.shutdown();
      first.awaitShutdown();
    }
  }

  private KafkaRaftServer controller(int node, int[] ports) throws Exception {
    Path data = folder.resolve(Integer.toString(node));
    new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
        .setNodeId(node)
        .setClusterId("AAAAAAAAAAAAAAAAAAAAAQ")
        .addDirectory(data.toString())
        .setMetadataLogDirectory(data.toString())
        .setControllerListenerName("CONTROLLER")
        .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
        .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
        .run();
    return new KafkaRaftServer(
        new KafkaConfig(
            Map.of(
                "process.roles",
                "controller",
                "node.id",
                Integer.toString(node),
                "controller.quorum.voters",
                "1@127.0.0.1:" + ports[0] + ",2@127.0.0.1:" + ports[1],
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "CONTROLLER:PLAINTEXT",
                "listeners",
                "CONTROLLER://127.0.0.1:" + ports[node - 1],
                "log.dirs",
                data.toString()),
            false),
        Time.SYSTEM);
  }
}
