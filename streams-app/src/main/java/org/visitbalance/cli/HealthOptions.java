package org.visitbalance.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a process that is no web server says how it is. */
public final class HealthOptions {
  @Option(
      names = "--health-port",
      paramLabel = "N",
      description =
          "Serve http://HOST:N/health: 200 while everything works, otherwise 503 and the problems;"
              + " and /metrics (default: off)")
  private @Nullable Integer port;

  @Option(
      names = "--health-host",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "Address that --health-port listens on, without authentication; 0.0.0.0 for all addresses"
              + " of this machine (default: 127.0.0.1)")
  private String host;

  @SuppressWarnings("NullAway.Init")
  private HealthOptions() {}

  /** The port to listen on; null for none. */
  public @Nullable Integer port() {
    return port;
  }

  /** The address to listen on. */
  public String host() {
    return host;
  }
}
