package org.visitbalance.platform.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Caches what does not change: ids and schemas. Remembers an unknown id for a minute, so that a
 * topic full of garbage does not cause a request for each of its records.
 */
final class CachingRegistry implements SchemaRegistry {
  private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MAX_UNKNOWN = 10_000;

  private final SchemaRegistry registry;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<SubjectAndSchema, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Unknown> unknown = new ConcurrentHashMap<>();

  private record SubjectAndSchema(String subject, Schema schema) {}

  private record Unknown(RegistryRefusedException said, long nanos) {}

  CachingRegistry(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public int register(String subject, Schema schema) {
    SubjectAndSchema key = new SubjectAndSchema(subject, schema);
    Integer known = ids.get(key);
    if (known == null) {
      known = registry.register(subject, schema);
      ids.put(key, known);
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
    Unknown remembered = unknown.get(id);
    if (remembered != null && System.nanoTime() - remembered.nanos() < FORGET_NANOS) {
      throw remembered.said();
    }
    try {
      return registry.byId(id);
    } catch (RegistryRefusedException e) {
      if (unknown.size() >= MAX_UNKNOWN) {
        unknown.clear();
      }
      unknown.put(id, new Unknown(e, System.nanoTime()));
      throw e;
    }
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
