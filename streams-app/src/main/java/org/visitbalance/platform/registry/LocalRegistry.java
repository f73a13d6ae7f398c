package org.visitbalance.platform.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The logic of a registry: which schemas exist and which may be added. Equal schema texts have the
 * same id under every subject; the versions of a subject count from 1; nothing is ever deleted.
 */
public final class LocalRegistry implements SchemaRegistry {
  private static final int SHOWN = 3;

  private final SchemaLog log;
  private final Map<String, List<SchemaVersion>> subjects = new TreeMap<>();
  private final Map<Integer, Schema> byId = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private CompatibilityLevel level;

  /**
   * Loads what the log contains.
   *
   * @param level the level of all subjects until another one is set
   */
  public LocalRegistry(SchemaLog log, CompatibilityLevel level) {
    this.log = log;
    this.level = level;
    log.read().forEach((key, value) -> SchemaTexts.replay(key, value, this));
  }

  /** Returns the subjects that have a version, in alphabetical order. */
  public synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  @Override
  public synchronized List<SchemaVersion> versions(String subject) {
    List<SchemaVersion> versions = subjects.get(subject);
    if (versions == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.");
    }
    return List.copyOf(versions);
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    List<SchemaVersion> earlier = subjects.getOrDefault(subject, List.of());
    String text = schema.toString();
    for (SchemaVersion version : earlier) {
      if (version.schema().toString().equals(text)) {
        return version.id();
      }
    }
    List<String> conflicts = effectiveLevel(subject).conflicts(schema, earlier);
    if (!conflicts.isEmpty()) {
      throw new RegistryRefusedException(
          ErrorCodes.INCOMPATIBLE,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subject
              + "\" under "
              + effectiveLevel(subject)
              + ": "
              + shorten(conflicts));
    }
    Integer known = ids.get(text);
    int id = known == null ? byId.size() + 1 : known;
    SchemaVersion version = new SchemaVersion(subject, earlier.size() + 1, id, schema);
    write(SchemaTexts.key(version), SchemaTexts.value(version));
    add(version);
    return id;
  }

  private static String shorten(List<String> conflicts) {
    int more = conflicts.size() - SHOWN;
    return String.join("; ", conflicts.subList(0, Math.min(SHOWN, conflicts.size())))
        + (more > 0 ? "; and " + more + " more" : "");
  }

  @Override
  public synchronized SchemaVersion lookUp(String subject, Schema schema) {
    String text = schema.toString();
    for (SchemaVersion version : versions(subject)) {
      if (version.schema().toString().equals(text)) {
        return version;
      }
    }
    throw new RegistryRefusedException(
        ErrorCodes.SCHEMA_NOT_FOUND, "Schema not found under subject '" + subject + "'.");
  }

  @Override
  public SchemaVersion latest(String subject) {
    List<SchemaVersion> versions = versions(subject);
    return versions.get(versions.size() - 1);
  }

  @Override
  public synchronized Schema byId(int id) {
    Schema schema = byId.get(id);
    if (schema == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SCHEMA_NOT_FOUND, "Schema " + id + " not found.");
    }
    return schema;
  }

  @Override
  public synchronized List<String> conflicts(String subject, Schema schema) {
    return effectiveLevel(subject).conflicts(schema, subjects.getOrDefault(subject, List.of()));
  }

  @Override
  public synchronized CompatibilityLevel level(@Nullable String subject) {
    if (subject == null) {
      return level;
    }
    CompatibilityLevel own = levels.get(subject);
    if (own == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SUBJECT_HAS_NO_LEVEL,
          "Subject '" + subject + "' does not have subject-level compatibility configured");
    }
    return own;
  }

  @Override
  public synchronized void setLevel(@Nullable String subject, CompatibilityLevel level) {
    write(SchemaTexts.levelKey(subject), SchemaTexts.levelValue(level));
    keepLevel(subject, level);
  }

  /** Returns the level in effect for a subject. */
  public synchronized CompatibilityLevel effectiveLevel(String subject) {
    return levels.getOrDefault(subject, level);
  }

  synchronized void keepLevel(@Nullable String subject, CompatibilityLevel level) {
    if (subject == null) {
      this.level = level;
    } else {
      levels.put(subject, level);
    }
  }

  synchronized void add(SchemaVersion version) {
    subjects.computeIfAbsent(version.subject(), subject -> new ArrayList<>()).add(version);
    byId.put(version.id(), version.schema());
    ids.put(version.schema().toString(), version.id());
  }

  private void write(String key, String value) {
    try {
      log.write(key, value);
    } catch (RuntimeException e) {
      throw new RegistryException("the registry could not store a change; see the cause", e);
    }
  }
}
