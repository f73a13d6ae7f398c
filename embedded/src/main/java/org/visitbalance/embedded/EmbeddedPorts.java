package org.visitbalance.embedded;

/**
 * Where clients reach an embedded cluster on the loopback interface; 0 is any free port.
 *
 * @param broker the port of the broker
 * @param registry the port of the schema registry
 */
public record EmbeddedPorts(int broker, int registry) {
  /** Free ports, different ones at each start. */
  public static final EmbeddedPorts FREE = new EmbeddedPorts(0, 0);
}
