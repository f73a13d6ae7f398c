package org.visitbalance.embedded;

/** A running Kafka cluster: where clients connect, and how to stop it. */
public interface Broker extends AutoCloseable {
  /** Returns {@code bootstrap.servers} for clients: {@code host:port}. */
  String bootstrapServers();

  /**
   * Stops it and waits until its ports are free. Close its clients first. Closing twice does
   * nothing.
   */
  @Override
  void close();
}
