package org.visitbalance.platform.registry;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The logic of a registry: which schemas exist, which may be added, and which may be deleted. Equal
 * schema texts have the same id under every subject; the versions of a subject count from 1.
 *
 * <p>A deleted version is hidden at first: its number is not used again, and records with its id
 * can still be read. Once it is deleted for good, they cannot. An id is never given to another
 * schema.
 */
public final class LocalRegistry implements SchemaRegistry {
  private static final int SHOWN = 3;

  private final SchemaLog log;
  private final RegistryContents contents;

  /** Which versions of a subject a question is about. */
  public enum Which {
    LIVE,
    DELETED,
    ALL;

    boolean covers(RegistryContents.Stored stored) {
      return this == ALL || stored.isDeleted() == (this == DELETED);
    }
  }

  /**
   * Loads what the log contains.
   *
   * @param level the level of all subjects until another one is set
   */
  public LocalRegistry(SchemaLog log, CompatibilityLevel level) {
    this.log = log;
    this.contents = new RegistryContents(level);
    log.read().forEach((key, value) -> SchemaTexts.replay(key, value, contents));
  }

  /** Returns the subjects that have a version, in alphabetical order. */
  public List<String> subjects() {
    return subjects(Which.LIVE);
  }

  /**
   * Returns subjects in alphabetical order: those that have a version that is not deleted, those
   * that have none but deleted ones, or both.
   */
  public synchronized List<String> subjects(Which which) {
    return contents.subjects().stream()
        .filter(
            subject -> {
              boolean live = !contents.versions(subject, Which.LIVE).isEmpty();
              return which == Which.ALL || live == (which == Which.LIVE);
            })
        .toList();
  }

  @Override
  public List<SchemaVersion> versions(String subject) {
    return versions(subject, Which.LIVE);
  }

  /**
   * Returns a subject's versions, oldest first; refuses if the subject is unknown, or has only
   * deleted versions and the question is not about these.
   */
  public synchronized List<SchemaVersion> versions(String subject, Which which) {
    Which needed = which == Which.LIVE ? Which.LIVE : Which.ALL;
    if (contents.versions(subject, needed).isEmpty()) {
      throw noSubject(subject);
    }
    return contents.versions(subject, which);
  }

  private static RegistryRefusedException noSubject(String subject) {
    return new RegistryRefusedException(
        ErrorCodes.SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.");
  }

  /** Returns a version of a subject by its number. */
  public synchronized SchemaVersion version(String subject, int number, Which which) {
    return versions(subject, which).stream()
        .filter(version -> version.version() == number)
        .findFirst()
        .orElseThrow(() -> noVersion(number));
  }

  private static RegistryRefusedException noVersion(int number) {
    return new RegistryRefusedException(
        ErrorCodes.VERSION_NOT_FOUND, "Version " + number + " not found.");
  }

  /** Returns the versions that are a schema, of all subjects. */
  public synchronized List<SchemaVersion> versionsOf(int id, Which which) {
    byId(id);
    return contents.subjects().stream()
        .flatMap(subject -> contents.versions(subject, which).stream())
        .filter(version -> version.id() == id)
        .toList();
  }

  @Override
  public int register(String subject, Schema schema) {
    return register(subject, schema, false);
  }

  /**
   * Registers a schema under a subject, unless it is already registered.
   *
   * @param isNormalized whether the order of properties makes no difference
   */
  public synchronized int register(String subject, Schema given, boolean isNormalized) {
    UnaryOperator<Schema> form = form(isNormalized);
    Schema schema = form.apply(given);
    List<SchemaVersion> earlier = contents.versions(subject, Which.LIVE);
    SchemaVersion same = find(earlier, schema, form);
    if (same != null) {
      return same.id();
    }
    requireWritable(subject);
    CompatibilityLevel level = contents.effectiveLevel(subject);
    List<String> conflicts = level.conflicts(schema, earlier);
    if (!conflicts.isEmpty()) {
      throw new RegistryRefusedException(
          ErrorCodes.INCOMPATIBLE,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subject
              + "\" under "
              + level
              + ": "
              + shorten(conflicts));
    }
    SchemaVersion version =
        new SchemaVersion(
            subject, contents.lastNumber(subject) + 1, contents.idFor(schema), schema);
    write(SchemaTexts.key(subject, version.version()), SchemaTexts.value(version, false));
    contents.put(version, false);
    return version.id();
  }

  private static UnaryOperator<Schema> form(boolean isNormalized) {
    return isNormalized ? SchemaTexts::normalized : UnaryOperator.identity();
  }

  private static @Nullable SchemaVersion find(
      List<SchemaVersion> versions, Schema schema, UnaryOperator<Schema> form) {
    String text = schema.toString();
    for (SchemaVersion version : versions) {
      if (form.apply(version.schema()).toString().equals(text)) {
        return version;
      }
    }
    return null;
  }

  private static String shorten(List<String> conflicts) {
    int more = conflicts.size() - SHOWN;
    return String.join("; ", conflicts.subList(0, Math.min(SHOWN, conflicts.size())))
        + (more > 0 ? "; and " + more + " more" : "");
  }

  @Override
  public SchemaVersion lookUp(String subject, Schema schema) {
    return lookUp(subject, schema, Which.LIVE, false);
  }

  /**
   * Returns the version of a schema that was registered under a subject.
   *
   * @param isNormalized whether the order of properties makes no difference
   */
  public synchronized SchemaVersion lookUp(
      String subject, Schema schema, Which which, boolean isNormalized) {
    UnaryOperator<Schema> form = form(isNormalized);
    SchemaVersion found = find(versions(subject, which), form.apply(schema), form);
    if (found == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SCHEMA_NOT_FOUND, "Schema not found under subject '" + subject + "'.");
    }
    return found;
  }

  @Override
  public SchemaVersion latest(String subject) {
    List<SchemaVersion> versions = versions(subject);
    return versions.get(versions.size() - 1);
  }

  @Override
  public synchronized Schema byId(int id) {
    Schema schema = contents.byId(id);
    if (schema == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SCHEMA_NOT_FOUND, "Schema " + id + " not found.");
    }
    return schema;
  }

  @Override
  public synchronized List<String> conflicts(String subject, Schema schema) {
    return contents
        .effectiveLevel(subject)
        .conflicts(schema, contents.versions(subject, Which.LIVE));
  }

  /**
   * Deletes all versions of a subject.
   *
   * @param isPermanent whether to remove for good what was deleted before
   * @return the deleted versions
   */
  public synchronized List<Integer> deleteSubject(String subject, boolean isPermanent) {
    List<SchemaVersion> all = versions(subject, Which.ALL);
    List<SchemaVersion> live = contents.versions(subject, Which.LIVE);
    requireWritable(subject);
    if (isPermanent) {
      if (!live.isEmpty()) {
        throw new RegistryRefusedException(
            ErrorCodes.SUBJECT_NOT_DELETED,
            "Subject '" + subject + "' was not deleted first before being permanently deleted");
      }
      remove(subject, all);
      return numbers(all);
    }
    if (live.isEmpty()) {
      throw new RegistryRefusedException(
          ErrorCodes.SUBJECT_DELETED,
          "Subject '" + subject + "' was soft deleted. Set permanent=true to delete permanently");
    }
    int last = live.get(live.size() - 1).version();
    write(SchemaTexts.deletionKey(subject), SchemaTexts.deletionValue(subject, last));
    contents.hideUpTo(subject, last);
    return numbers(live);
  }

  private static List<Integer> numbers(List<SchemaVersion> versions) {
    return versions.stream().map(SchemaVersion::version).toList();
  }

  /**
   * Deletes a version of a subject.
   *
   * @param isPermanent whether to remove it for good; it must have been deleted before
   */
  public synchronized void deleteVersion(String subject, int number, boolean isPermanent) {
    SchemaVersion version = version(subject, number, Which.ALL);
    boolean isDeleted = !contents.versions(subject, Which.LIVE).contains(version);
    requireWritable(subject);
    if (isPermanent) {
      if (!isDeleted) {
        throw new RegistryRefusedException(
            ErrorCodes.VERSION_NOT_DELETED,
            String.format(
                "Subject '%s' Version %d was not deleted first before being permanently deleted",
                subject, number));
      }
      remove(subject, List.of(version));
    } else {
      if (isDeleted) {
        throw new RegistryRefusedException(
            ErrorCodes.VERSION_DELETED,
            String.format(
                "Subject '%s' Version %d was soft deleted. Set permanent=true to delete permanently",
                subject, number));
      }
      write(SchemaTexts.key(subject, number), SchemaTexts.value(version, true));
      contents.put(version, true);
    }
  }

  private void remove(String subject, List<SchemaVersion> versions) {
    // What is removed leaves the log, and would otherwise no longer say which ids were given.
    write(SchemaTexts.LAST_ID_KEY, SchemaTexts.lastIdValue(contents.lastId()));
    for (SchemaVersion version : versions) {
      write(SchemaTexts.key(subject, version.version()), null);
      contents.remove(version);
    }
    if (contents.versions(subject, Which.ALL).isEmpty()) {
      if (contents.level(subject) != null) {
        write(SchemaTexts.levelKey(subject), null);
        contents.setLevel(subject, null);
      }
      if (contents.mode(subject) != null) {
        write(SchemaTexts.modeKey(subject), null);
        contents.setMode(subject, null);
      }
    }
  }

  @Override
  public synchronized CompatibilityLevel level(@Nullable String subject) {
    CompatibilityLevel own = contents.level(subject);
    if (own == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SUBJECT_HAS_NO_LEVEL,
          "Subject '" + subject + "' does not have subject-level compatibility configured");
    }
    return own;
  }

  @Override
  public synchronized void setLevel(@Nullable String subject, CompatibilityLevel level) {
    requireWritable(subject);
    write(SchemaTexts.levelKey(subject), SchemaTexts.levelValue(level));
    contents.setLevel(subject, level);
  }

  /**
   * Returns to the registry's level for a subject, or to its first one for null.
   *
   * @return the level that was set
   */
  public synchronized CompatibilityLevel deleteLevel(@Nullable String subject) {
    CompatibilityLevel level = contents.level(subject);
    if (level == null) {
      throw noSubject(String.valueOf(subject));
    }
    requireWritable(subject);
    write(SchemaTexts.levelKey(subject), null);
    contents.setLevel(subject, null);
    return level;
  }

  /** Returns the level in effect for a subject. */
  public synchronized CompatibilityLevel effectiveLevel(String subject) {
    return contents.effectiveLevel(subject);
  }

  /** Returns the mode set for a subject, or the registry's own for null. */
  public synchronized RegistryMode mode(@Nullable String subject) {
    RegistryMode own = contents.mode(subject);
    if (own == null) {
      throw new RegistryRefusedException(
          ErrorCodes.SUBJECT_HAS_NO_MODE,
          "Subject '" + subject + "' does not have subject-level mode configured");
    }
    return own;
  }

  /** Sets the mode of a subject, or of the registry for null. */
  public synchronized void setMode(@Nullable String subject, RegistryMode mode) {
    write(SchemaTexts.modeKey(subject), SchemaTexts.modeValue(mode));
    contents.setMode(subject, mode);
  }

  /**
   * Returns to the registry's mode for a subject, or to READWRITE for null.
   *
   * @return the mode that was set
   */
  public synchronized RegistryMode deleteMode(@Nullable String subject) {
    RegistryMode mode = contents.mode(subject);
    if (mode == null) {
      throw noSubject(String.valueOf(subject));
    }
    write(SchemaTexts.modeKey(subject), null);
    contents.setMode(subject, null);
    return mode;
  }

  /** Returns the mode in effect for a subject, or the registry's own for null. */
  public synchronized RegistryMode effectiveMode(@Nullable String subject) {
    RegistryMode own = contents.mode(subject);
    return own == null ? Objects.requireNonNull(contents.mode(null)) : own;
  }

  private void requireWritable(@Nullable String subject) {
    if (effectiveMode(subject) == RegistryMode.READONLY) {
      throw new RegistryRefusedException(
          ErrorCodes.NOT_PERMITTED, "Subject " + subject + " in context . is in read-only mode");
    }
  }

  private void write(String key, @Nullable String value) {
    try {
      log.write(key, value);
    } catch (RuntimeException e) {
      throw new RegistryException("the registry could not store a change; see the cause", e);
    }
  }
}
