package org.visitbalance.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Folders;

/**
 * A single Kafka broker that is its own controller, in this process, on ports of the loopback
 * interface, free ones unless the caller says otherwise. It keeps its data in a folder given by the
 * caller, or in a temporary one that is deleted at the end. Topics are not created automatically.
 *
 * <p>A fault that Kafka considers fatal, such as a full disk, ends the whole process, as it would
 * end a stand-alone broker. Faults during startup are thrown instead.
 */
public final class EmbeddedBroker implements Broker {
  private static final int NODE = 1;
  private static final int ATTEMPTS = 3;

  /** Written into each folder and compared with it; Kafka requires 22 letters and digits. */
  static final String CLUSTER = "visit-balance-embedded";

  private final KafkaRaftServer server;
  private final String address;
  private final FolderLock lock;
  private final @Nullable Path temporary;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(
      KafkaRaftServer server, String address, FolderLock lock, @Nullable Path temporary) {
    this.server = server;
    this.address = address;
    this.lock = lock;
    this.temporary = temporary;
  }

  /**
   * Starts a broker whose data is deleted when it is closed.
   *
   * @param port where clients reach it; 0 for a free one
   * @throws IllegalStateException if it does not start; the cause is Kafka's reason
   */
  public static EmbeddedBroker temporary(int port) {
    Path folder;
    try {
      folder = Files.createTempDirectory("visit-balance-kafka");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      return start(folder, port, folder);
    } catch (RuntimeException e) {
      Folders.delete(folder);
      throw e;
    }
  }

  /**
   * Starts a broker on a folder that is kept; the folder is created if missing and reused if it
   * exists.
   *
   * @param port where clients reach it; 0 for a free one
   * @throws IllegalStateException if it does not start, for example because another broker uses the
   *     folder
   */
  public static EmbeddedBroker kept(Path folder, int port) {
    return start(folder, port, null);
  }

  private static EmbeddedBroker start(Path folder, int fixed, @Nullable Path temporary) {
    FolderLock lock = FolderLock.take(folder);
    try {
      Path data = folder.resolve("kafka");
      format(data);
      for (int attempt = 1; ; attempt++) {
        int[] ports = FreePorts.find(2);
        int port = fixed == 0 ? ports[0] : fixed;
        int controllerPort = port == ports[1] ? ports[0] : ports[1];
        try {
          Map<String, String> config = config(data, port, controllerPort);
          if (temporary != null) {
            // A simulation's weeks may pass in a second: no file for each on every topic.
            config.put("log.roll.ms", Long.toString(Long.MAX_VALUE));
          }
          if (UncleanStop.isOf(data)) {
            takeLeadership(config, controllerPort);
          }
          KafkaRaftServer server = run(config);
          return new EmbeddedBroker(server, "127.0.0.1:" + port, lock, temporary);
        } catch (RuntimeException e) {
          if (attempt == ATTEMPTS || !isCausedBy(e, BindException.class)) {
            throw e;
          }
        }
      }
    } catch (RuntimeException e) {
      lock.close();
      throw new IllegalStateException(
          "the embedded Kafka broker does not start in the folder " + folder + "; see the cause",
          e);
    }
  }

  private static Map<String, String> config(Path folder, int port, int controllerPort) {
    Map<String, String> config = new TreeMap<>();
    config.put("process.roles", "broker,controller");
    config.put("node.id", Integer.toString(NODE));
    config.put("controller.quorum.voters", NODE + "@127.0.0.1:" + controllerPort);
    config.put("controller.listener.names", "CONTROLLER");
    config.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    config.put("inter.broker.listener.name", "PLAINTEXT");
    config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    config.put("log.dirs", folder.toString());
    config.put("auto.create.topics.enable", "false");
    // A simulation's records carry its own time, which may be any moment; see Topic.Time.
    config.put("log.message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE));
    config.put("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    // A single node: no replicas of anything.
    config.put("default.replication.factor", "1");
    config.put("offsets.topic.replication.factor", "1");
    config.put("offsets.topic.num.partitions", "4");
    config.put("transaction.state.log.replication.factor", "1");
    config.put("transaction.state.log.min.isr", "1");
    config.put("transaction.state.log.num.partitions", "4");
    config.put("share.coordinator.state.topic.replication.factor", "1");
    config.put("share.coordinator.state.topic.min.isr", "1");
    config.put("share.coordinator.state.topic.num.partitions", "1");
    // What a killed process has left open ends soon after it has timed out.
    config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // Quick to start, little memory.
    config.put("group.initial.rebalance.delay.ms", "0");
    config.put("log.cleaner.dedupe.buffer.size", "4194304");
    config.put("num.network.threads", "2");
    config.put("num.io.threads", "4");
    config.put("background.threads", "2");
    return config;
  }

  private static void format(Path folder) {
    try {
      Folders.createOwn(folder);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NODE)
          .setClusterId(CLUSTER)
          .addDirectory(folder.toString())
          .setMetadataLogDirectory(folder.toString())
          .setControllerListenerName("CONTROLLER")
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("Kafka cannot use the folder " + folder, e);
    }
  }

  /**
   * Starts the server. Kafka ends the process when it cannot start; this turns that into an
   * exception.
   */
  private static synchronized KafkaRaftServer run(Map<String, String> config) {
    Exit.setExitProcedure(EmbeddedBroker::refuseExit);
    Exit.setHaltProcedure(EmbeddedBroker::refuseExit);
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      end(server);
      throw e;
    } finally {
      Exit.resetExitProcedure();
      Exit.resetHaltProcedure();
    }
  }

  /** Starts the controller alone, for as long as that takes. */
  private static void takeLeadership(Map<String, String> config, int controllerPort) {
    String address = "127.0.0.1:" + controllerPort;
    KafkaRaftServer controller = run(UncleanStop.controllerOf(config, address));
    try {
      UncleanStop.takeLeadership(NODE, address);
    } finally {
      end(controller);
    }
  }

  private static void refuseExit(int status, @Nullable String message) {
    throw new IllegalStateException("Kafka gave up with status " + status + ": " + message);
  }

  private static void end(KafkaRaftServer server) {
    server.shutdown();
    server.awaitShutdown();
  }

  private static boolean isCausedBy(Throwable thrown, Class<? extends Throwable> kind) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String bootstrapServers() {
    return address;
  }

  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    end(server);
    lock.close();
    if (temporary != null) {
      Folders.delete(temporary);
    }
  }
}
