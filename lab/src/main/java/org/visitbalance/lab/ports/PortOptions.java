package org.visitbalance.lab.ports;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;
import org.visitbalance.embedded.EmbeddedPorts;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that fix the ports of the embedded cluster. */
public final class PortOptions {
  private static final int LAST_PORT = 65_535;

  @Option(
      names = "--broker-port",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Port of the Kafka broker, on this machine only; 0 for a free one, another one at each"
              + " start (default: 0)")
  private int broker;

  @Option(
      names = "--registry-port",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Port of the schema registry, on this machine only; 0 for a free one, another one at"
              + " each start (default: 0)")
  private int registry;

  /** Returns the ports of the cluster. */
  public EmbeddedPorts ports() {
    return new EmbeddedPorts(broker, registry);
  }

  /** Fails at once, and not after the start, if a port of the cluster cannot be used. */
  public void requireUsable(CommandLine command) {
    requireUsable(command, Map.of());
  }

  /**
   * Fails at once, and not after the start, if a port cannot be used.
   *
   * @param more the command's other ports by the names of their options
   */
  public void requireUsable(CommandLine command, Map<String, Integer> more) {
    Map<String, Integer> ports = new TreeMap<>(more);
    ports.put("--broker-port", broker);
    ports.put("--registry-port", registry);
    ports.forEach((option, port) -> requireValid(command, option, port));
    Map<Integer, String> taken = new TreeMap<>();
    ports.forEach(
        (option, port) -> {
          String other = port == 0 ? null : taken.put(port, option);
          if (other != null) {
            throw new ParameterException(
                command, other + " and " + option + " must have different ports, not both " + port);
          }
        });
    ports.forEach((option, port) -> requireFree(command, option, port));
  }

  private static void requireValid(CommandLine command, String option, int port) {
    if (port < 0 || port > LAST_PORT) {
      throw new ParameterException(command, option + " must be from 0 to " + LAST_PORT);
    }
  }

  private static void requireFree(CommandLine command, String option, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new ParameterException(
          command,
          "port "
              + port
              + " cannot be used ("
              + e.getMessage()
              + "); stop the program that uses it, or choose another one with "
              + option,
          e);
    }
  }
}
