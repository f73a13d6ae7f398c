package org.visitbalance.lab.faults;

import java.util.concurrent.CountDownLatch;
import org.visitbalance.embedded.RegistryServer;
import org.visitbalance.embedded.TopicSchemaLog;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;

/**
 * A schema registry in a process of its own, on a port that stays the same when it is restarted.
 */
public final class RegistryProcess {
  private RegistryProcess() {}

  /** Runs until it is killed; the arguments are the brokers and the port. */
  public static void main(String[] args) throws InterruptedException {
    try (TopicSchemaLog log = new TopicSchemaLog(args[0]);
        RegistryServer server =
            RegistryServer.start(
                new LocalRegistry(log, CompatibilityLevel.FULL_TRANSITIVE),
                Integer.parseInt(args[1]))) {
      server.url();
      new CountDownLatch(1).await();
    }
  }
}
