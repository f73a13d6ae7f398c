package org.visitbalance.embedded;

/** A running Kafka, by which name clients reach it, and its end. */
public interface Broker extends AutoCloseable {
  /** Returns {@code bootstrap.servers} for its clients: {@code host:port}. */
  String bootstrapServers();

  /** Ends it and waits until its ports are free. Its clients must be closed before. Idempotent. */
  @Override
  void close();
}
