package org.visitbalance.cli.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

/** The name by which people know the machine, or the container, that this process runs on. */
final class HostName {
  private static final String UNKNOWN = "unknown";

  private HostName() {}

  /** The name that the environment gives, else the network's. */
  static String of(Map<String, String> environment) {
    String given = environment.getOrDefault("HOSTNAME", environment.get("COMPUTERNAME"));
    if (given != null && !given.isBlank()) {
      return given.strip();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return UNKNOWN;
    }
  }
}
