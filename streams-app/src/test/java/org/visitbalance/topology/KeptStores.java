package org.visitbalance.topology;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;

/**
 * Stores as a changelog keeps them: whoever opens one finds in it what was there at the last {@link
 * #keep}.
 */
final class KeptStores implements Function<String, KeyValueBytesStoreSupplier> {
  private final Map<String, Map<Bytes, byte[]>> kept = new HashMap<>();
  private final Map<String, KeyValueStore<Bytes, byte[]>> open = new HashMap<>();

  /** Keeps what is in the stores now. */
  void keep() {
    open.forEach(
        (name, store) -> {
          Map<Bytes, byte[]> entries = new TreeMap<>();
          try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> entries.put(entry.key, entry.value));
          }
          kept.put(name, entries);
        });
  }

  @Override
  public KeyValueBytesStoreSupplier apply(String name) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        KeyValueStore<Bytes, byte[]> store = new Store(name);
        open.put(name, store);
        return store;
      }

      @Override
      public String metricsScope() {
        return "in-memory";
      }
    };
  }

  private final class Store extends InMemoryKeyValueStore {
    Store(String name) {
      super(name);
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
      super.init(context, root);
      kept.getOrDefault(name(), Map.of()).forEach(this::put);
    }
  }
}
