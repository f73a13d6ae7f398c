package org.visitbalance.platform.registry;

import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a schema registry, remote or local. Thread-safe.
 *
 * <p>Every method throws {@link RegistryRefusedException} if the registry refuses, with Confluent's
 * error code, and {@link RegistryException} if it gives no usable answer.
 */
public interface SchemaRegistry {
  /** Registers a schema under a subject, unless it is already registered. Returns its id. */
  int register(String subject, Schema schema);

  /** Returns the version of a schema that was registered under a subject. */
  SchemaVersion lookUp(String subject, Schema schema);

  /** Returns the newest schema of a subject. */
  SchemaVersion latest(String subject);

  /**
   * Returns a subject's versions, oldest first; refuses with {@link ErrorCodes#SUBJECT_NOT_FOUND}
   * if there is none.
   */
  List<SchemaVersion> versions(String subject);

  /**
   * Returns the schema with an id; refuses with {@link ErrorCodes#SCHEMA_NOT_FOUND} if there is
   * none, or with {@link ErrorCodes#INVALID_SCHEMA} if it cannot be read.
   *
   * @throws SchemaNotYetKnownException if it is unknown but may become known
   */
  Schema byId(int id);

  /**
   * Returns what keeps a schema from being the subject's next version, as messages; empty if
   * nothing does, or if the subject has no version yet.
   */
  List<String> conflicts(String subject, Schema schema);

  /**
   * Returns the level set for a subject, or the registry's own for null; refuses with {@link
   * ErrorCodes#SUBJECT_HAS_NO_LEVEL} or {@link ErrorCodes#SUBJECT_NOT_FOUND} if none was set.
   */
  CompatibilityLevel level(@Nullable String subject);

  /** Sets the level of a subject, or of the registry for null. */
  void setLevel(@Nullable String subject, CompatibilityLevel level);

  /**
   * Returns why schemas are not available at the moment, as a message; null if no reason is known.
   */
  default @Nullable String trouble() {
    return null;
  }
}
