package org.visitbalance.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.visitbalance.platform.Patience;

/**
 * What has to be done before a broker starts again that was killed, or whose machine stopped.
 *
 * <p>Such a broker takes itself for the leader of its partitions until the controller has noticed
 * that it is another process, and goes on with the transactions that were being committed. In the
 * moment in which its partitions have no leader, Kafka (KAFKA-20734, not mended in 4.4.0) takes
 * them for deleted, and leaves out the end of these transactions: readers then wait for it forever.
 * So the partitions lose their leader before the broker starts.
 */
final class UncleanStop {
  /** Kafka writes the first at a clean end and deletes it at a start. */
  private static final String CLEAN = ".kafka_cleanshutdown";

  private static final String TRANSACTIONS = "__transaction_state-0";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private UncleanStop() {}

  /** Returns whether transactions of a broker's folder may have been left in the middle. */
  static boolean isOf(Path data) {
    return Files.exists(data.resolve(TRANSACTIONS)) && Files.notExists(data.resolve(CLEAN));
  }

  /**
   * Returns the configuration of a broker's controller without the broker.
   *
   * @param controller its address
   */
  static Map<String, String> controllerOf(Map<String, String> config, String controller) {
    Map<String, String> alone = new TreeMap<>(config);
    alone.put("process.roles", "controller");
    alone.put("listeners", "CONTROLLER://" + controller);
    alone.remove("advertised.listeners");
    alone.remove("inter.broker.listener.name");
    return alone;
  }

  /** Makes the controller forget a broker; at its start, it makes itself known again. */
  static void takeLeadership(int node, String controller) {
    Patience.await("the controller", PATIENCE, () -> isForgotten(node, controller));
  }

  /** Returns false while the controller has not read its log yet: until then it takes nothing. */
  private static boolean isForgotten(int node, String controller) {
    // A new client each time: one that was refused does not ask again.
    try (Admin admin = Admin.create(Map.of("bootstrap.controllers", controller))) {
      admin.unregisterBroker(node).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof UnsupportedVersionException) {
        return false;
      }
      if (e.getCause() instanceof BrokerIdNotRegisteredException) {
        return true;
      }
      throw new IllegalStateException("the controller does not answer", e);
    }
  }
}
