package org.visitbalance.topology;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/**
 * Tells a processor that a commit is coming, so that it can write and forward what it holds. Kafka
 * Streams only tells its caching stores; this is one of them, with no contents (docs/adr/0014).
 */
final class BeforeCommit implements StateStore, CachedStateStore<byte[], byte[]> {
  private final String name;
  private Runnable write = () -> {};
  private boolean open;

  private BeforeCommit(String name) {
    this.name = name;
  }

  /**
   * Sets what is to be done before each commit, by the processor's own thread; it forwards none.
   */
  void run(Runnable write) {
    this.write = write;
  }

  /**
   * Sets what is to be done before each commit, by the processor's own thread.
   *
   * @param context the context of the processor that is being initialized, from which forwarded
   *     records continue
   */
  void run(ProcessorContext<?, ?> context, Runnable write) {
    InternalProcessorContext<?, ?> streams = (InternalProcessorContext<?, ?>) context;
    ProcessorNode<?, ?, ?, ?> own = streams.currentNode();
    run(
        () -> {
          ProcessorNode<?, ?, ?, ?> other = streams.currentNode();
          streams.setCurrentNode(own);
          try {
            write.run();
          } finally {
            streams.setCurrentNode(other);
          }
        });
  }

  @Override
  public void flushCache() {
    write.run();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    context.register(root, (key, value) -> {});
    open = true;
  }

  @Override
  public boolean setFlushListener(
      CacheFlushListener<byte[], byte[]> listener, boolean sendOldValues) {
    return false;
  }

  @Override
  public void clearCache() {
    // What a processor holds is lost with the processor.
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Builds one for each task. */
  static final class Builder implements StoreBuilder<BeforeCommit> {
    private final String name;

    Builder(String name) {
      this.name = name;
    }

    @Override
    public BeforeCommit build() {
      return new BeforeCommit(name);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingEnabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
      return this;
    }

    @Override
    public StoreBuilder<BeforeCommit> withLoggingDisabled() {
      return this;
    }
  }
}
