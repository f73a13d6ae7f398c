package org.visitbalance.platform.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.LocalRegistry.Which;

/** What a local registry knows, and takes up again from its log. Not thread-safe. */
final class RegistryContents {
  private final CompatibilityLevel firstLevel;
  private final Map<String, NavigableMap<Integer, Stored>> subjects = new TreeMap<>();
  private final Map<Integer, Use> byId = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private final Map<String, RegistryMode> modes = new HashMap<>();
  private CompatibilityLevel level;
  private RegistryMode mode = RegistryMode.READWRITE;
  private int lastId;

  /** A version, which may be hidden. */
  record Stored(SchemaVersion version, boolean isDeleted) {}

  /** A schema and how many versions are that schema. */
  private record Use(Schema schema, int times) {}

  RegistryContents(CompatibilityLevel level) {
    this.firstLevel = level;
    this.level = level;
  }

  Set<String> subjects() {
    return subjects.keySet();
  }

  /** Returns a subject's versions, oldest first; empty if there is none. */
  List<SchemaVersion> versions(String subject, Which which) {
    return stored(subject).values().stream().filter(which::covers).map(Stored::version).toList();
  }

  private NavigableMap<Integer, Stored> stored(String subject) {
    NavigableMap<Integer, Stored> stored = subjects.get(subject);
    return stored == null ? new TreeMap<>() : stored;
  }

  /** Returns the number of a subject's last version, deleted or not; 0 if there is none. */
  int lastNumber(String subject) {
    NavigableMap<Integer, Stored> stored = stored(subject);
    return stored.isEmpty() ? 0 : stored.lastKey();
  }

  @Nullable Schema byId(int id) {
    Use use = byId.get(id);
    return use == null ? null : use.schema();
  }

  /** Returns the id that a schema has, or the next one. */
  int idFor(Schema schema) {
    Integer known = ids.get(schema.toString());
    return known == null ? lastId + 1 : known;
  }

  int lastId() {
    return lastId;
  }

  void raiseLastId(int id) {
    lastId = Math.max(lastId, id);
  }

  /** Adds a version, or replaces the one with its number. */
  void put(SchemaVersion version, boolean isDeleted) {
    Stored before =
        subjects
            .computeIfAbsent(version.subject(), subject -> new TreeMap<>())
            .put(version.version(), new Stored(version, isDeleted));
    byId.merge(version.id(), new Use(version.schema(), 1), (one, more) -> used(one, 1));
    ids.put(version.schema().toString(), version.id());
    raiseLastId(version.id());
    if (before != null) {
      release(before.version());
    }
  }

  private static Use used(Use use, int more) {
    return new Use(use.schema(), use.times() + more);
  }

  void remove(SchemaVersion version) {
    NavigableMap<Integer, Stored> stored = stored(version.subject());
    if (stored.remove(version.version()) != null) {
      release(version);
    }
    if (stored.isEmpty()) {
      subjects.remove(version.subject());
    }
  }

  private void release(SchemaVersion version) {
    Use left = byId.computeIfPresent(version.id(), (id, use) -> used(use, -1));
    if (left != null && left.times() == 0) {
      byId.remove(version.id());
      ids.remove(version.schema().toString());
    }
  }

  /** Hides a subject's versions up to a number. */
  void hideUpTo(String subject, int number) {
    stored(subject)
        .headMap(number, true)
        .replaceAll((version, stored) -> new Stored(stored.version(), true));
  }

  @Nullable CompatibilityLevel level(@Nullable String subject) {
    return subject == null ? level : levels.get(subject);
  }

  CompatibilityLevel effectiveLevel(String subject) {
    return levels.getOrDefault(subject, level);
  }

  /**
   * @param level null to return to the level that applies otherwise
   */
  void setLevel(@Nullable String subject, @Nullable CompatibilityLevel level) {
    if (subject == null) {
      this.level = level == null ? firstLevel : level;
    } else if (level == null) {
      levels.remove(subject);
    } else {
      levels.put(subject, level);
    }
  }

  @Nullable RegistryMode mode(@Nullable String subject) {
    return subject == null ? mode : modes.get(subject);
  }

  /**
   * @param mode null to return to the mode that applies otherwise
   */
  void setMode(@Nullable String subject, @Nullable RegistryMode mode) {
    if (subject == null) {
      this.mode = mode == null ? RegistryMode.READWRITE : mode;
    } else if (mode == null) {
      modes.remove(subject);
    } else {
      modes.put(subject, mode);
    }
  }
}
