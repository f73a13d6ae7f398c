package org.visitbalance.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * Gives all RocksDB stores of this process one memory together: blocks, indexes, filters, and write
 * buffers share one cache. Kafka Streams' default is a cache and three write buffers for each store
 * and partition, which grows with the partitions that an instance happens to have.
 */
public final class BoundedStores implements RocksDBConfigSetter {
  /** The setting: how many bytes all stores may use together; a whole number. */
  public static final String BYTES = "visit-balance.store.memory.bytes";

  /** The least that works: below it, write buffers are flushed all the time. */
  public static final long LEAST_BYTES = 32L << 20;

  public static final long DEFAULT_BYTES = 256L << 20;

  /** Write buffers may take half of the memory. */
  private static final int WRITES = 2;

  private static final long WRITE_BUFFER_BYTES = 8L << 20;
  private static final int WRITE_BUFFERS = 2;

  /** Indexes and filters are kept before blocks. */
  private static final double KEPT_SHARE = 0.2;

  /** Never closed: native memory that stores may use until the process ends. */
  private static final Map<Long, Memory> MEMORIES = new ConcurrentHashMap<>();

  private record Memory(LRUCache cache, WriteBufferManager writes) {
    static Memory of(long bytes) {
      LRUCache cache = new LRUCache(bytes, -1, false, KEPT_SHARE);
      return new Memory(cache, new WriteBufferManager(bytes / WRITES, cache));
    }
  }

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    Object wanted = configs.get(BYTES);
    long bytes = wanted == null ? DEFAULT_BYTES : Long.parseLong(wanted.toString());
    Memory memory = MEMORIES.computeIfAbsent(bytes, Memory::of);
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(memory.cache());
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setTableFormatConfig(table);
    options.setWriteBufferManager(memory.writes());
    options.setWriteBufferSize(WRITE_BUFFER_BYTES);
    options.setMaxWriteBufferNumber(WRITE_BUFFERS);
  }

  @Override
  public void close(String storeName, Options options) {
    // The memory belongs to all stores.
  }
}
