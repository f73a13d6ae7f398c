package org.visitbalance.platform.registry;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one asks a schema registry, be it a remote or a local one. Safe for several threads.
 *
 * <p>Every method throws {@link RegistryRefusedException} when the registry says no, with
 * Confluent's error code, and {@link RegistryException} when it gives no usable answer.
 */
public interface SchemaRegistry {
  /** Registers a schema under a subject, unless it is there. Returns its id. */
  int register(String subject, Schema schema);

  /** Returns what is known of a schema that was registered under a subject. */
  SchemaVersion lookUp(String subject, Schema schema);

  /** Returns the newest schema of a subject. */
  SchemaVersion latest(String subject);

  /**
   * Returns a subject's versions, the oldest first; refused with {@link
   * ErrorCodes#SUBJECT_NOT_FOUND} when there is none.
   */
  List<SchemaVersion> versions(String subject);

  /**
   * Returns the schema of an id; refused with {@link ErrorCodes#SCHEMA_NOT_FOUND}, or with {@link
   * ErrorCodes#INVALID_SCHEMA} when it is none that can be read.
   *
   * @throws SchemaNotYetKnownException when it is not known, and may become so
   */
  Schema byId(int id);

  /**
   * Returns what keeps a schema from being the subject's next version, for a person; empty if
   * nothing does, as when the subject has no version yet.
   */
  List<String> conflicts(String subject, Schema schema);

  /**
   * Returns the level that a subject was given, or the registry's own for null; refused with {@link
   * ErrorCodes#SUBJECT_HAS_NO_LEVEL} or {@link ErrorCodes#SUBJECT_NOT_FOUND} when it was given
   * none.
   */
  CompatibilityLevel level(@Nullable String subject);

  /** Gives a subject, or for null the registry, a level. */
  void setLevel(@Nullable String subject, CompatibilityLevel level);

  /** What keeps schemas from being had just now, for a person; null while nothing is known to. */
  default @Nullable String trouble() {
    return null;
  }
}
