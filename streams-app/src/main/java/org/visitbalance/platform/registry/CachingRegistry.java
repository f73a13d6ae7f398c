package org.visitbalance.platform.registry;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Caches what does not change: ids, schemas, and ids that can never be a schema. Asks for an
 * unknown id again until the patience for it is over. Leaves a registry that does not answer alone
 * for a while, so that nothing waits for it at every record.
 */
final class CachingRegistry implements SchemaRegistry {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_BREATH = 15 * SECOND;
  private static final int MOST_REFUSED = 10_000;

  private final SchemaRegistry registry;
  private final UnknownIds unknown;
  private final LongSupplier nanos;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<SubjectAndSchema, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, RegistryRefusedException> refused = new ConcurrentHashMap<>();
  private volatile @Nullable Outage outage;

  private record SubjectAndSchema(String subject, Schema schema) {}

  /** A registry that did not answer, and when to ask it again. */
  private record Outage(RegistryException said, long nextAt, long breath) {}

  CachingRegistry(SchemaRegistry registry, Duration patience) {
    this(registry, patience, System::nanoTime);
  }

  CachingRegistry(SchemaRegistry registry, Duration patience, LongSupplier nanos) {
    this.registry = registry;
    this.unknown = new UnknownIds(patience, nanos);
    this.nanos = nanos;
  }

  @Override
  public int register(String subject, Schema schema) {
    SubjectAndSchema key = new SubjectAndSchema(subject, schema);
    Integer known = ids.get(key);
    if (known == null) {
      known = registry.register(subject, schema);
      ids.put(key, known);
      unknown.known(known);
    }
    return known;
  }

  @Override
  public Schema byId(int id) {
    Schema schema = schemas.get(id);
    if (schema == null) {
      schema = ask(id);
      schemas.put(id, schema);
    }
    return schema;
  }

  private Schema ask(int id) {
    RegistryRefusedException no = refused.get(id);
    if (no != null) {
      throw no;
    }
    Outage before = outage;
    if (before != null && nanos.getAsLong() - before.nextAt < 0) {
      throw before.said;
    }
    unknown.requireWorthAsking(id);
    try {
      Schema schema = registry.byId(id);
      outage = null;
      unknown.known(id);
      return schema;
    } catch (RegistryRefusedException e) {
      outage = null;
      throw e.code() == ErrorCodes.SCHEMA_NOT_FOUND ? unknown.unknown(id) : refused(id, e);
    } catch (RegistryException e) {
      if (!Thread.currentThread().isInterrupted()) {
        long breath = before == null ? SECOND : Math.min(2 * before.breath, LONGEST_BREATH);
        outage = new Outage(e, nanos.getAsLong() + breath, breath);
      }
      throw e;
    }
  }

  /** Remembers an invalid schema: it never becomes valid. */
  private RegistryRefusedException refused(int id, RegistryRefusedException e) {
    if (e.code() == ErrorCodes.INVALID_SCHEMA) {
      if (refused.size() >= MOST_REFUSED) {
        refused.clear();
      }
      refused.put(id, e);
    }
    return e;
  }

  @Override
  public @Nullable String trouble() {
    Outage now = outage;
    return now == null ? unknown.trouble() : now.said.getMessage();
  }

  @Override
  public SchemaVersion lookUp(String subject, Schema schema) {
    return registry.lookUp(subject, schema);
  }

  @Override
  public SchemaVersion latest(String subject) {
    return registry.latest(subject);
  }

  @Override
  public List<SchemaVersion> versions(String subject) {
    return registry.versions(subject);
  }

  @Override
  public List<String> conflicts(String subject, Schema schema) {
    return registry.conflicts(subject, schema);
  }

  @Override
  public CompatibilityLevel level(@Nullable String subject) {
    return registry.level(subject);
  }

  @Override
  public void setLevel(@Nullable String subject, CompatibilityLevel level) {
    registry.setLevel(subject, level);
  }
}
