package org.visitbalance.cli;

import java.util.Map;
import org.visitbalance.topology.TopologyOptions;

/** The installation of this run, for the tests of other packages. */
public final class SharedInstallation {
  private final Installation installation = Installation.shared();

  private SharedInstallation() {}

  public static SharedInstallation get() {
    return new SharedInstallation();
  }

  public Map<String, Object> clients() {
    return installation.clients;
  }

  public TopologyOptions.Serdes serdes() {
    return installation.serdes;
  }

  /** Sends a fact that changes something, and waits until it has. */
  public void sendSomething() {
    installation.post(
        "facts",
        Installation.visit(Installation.RIVAL, "RV" + System.nanoTime(), "2026-11-11"),
        Installation.RIVAL_ADMIN);
    installation.settle();
  }
}
