package org.visitbalance.platform.serde;

import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.registry.SchemaVersion;

/** Where a writer gets the id of its schema. */
enum IdSource {
  /** {@code auto.register.schemas=true}, the default: the schema is registered. */
  REGISTER,
  /**
   * {@code use.latest.version=true}: the subject's latest schema if it has the same wire form;
   * otherwise the schema is looked up.
   */
  LATEST,
  /** The schema must have been registered before. */
  LOOK_UP;

  private static final String AUTO_REGISTER = "auto.register.schemas";
  private static final String USE_LATEST = "use.latest.version";

  static IdSource of(Map<String, ?> config) {
    if (truth(config.get(AUTO_REGISTER), AUTO_REGISTER, true)) {
      return REGISTER;
    }
    return truth(config.get(USE_LATEST), USE_LATEST, false) ? LATEST : LOOK_UP;
  }

  private static boolean truth(@Nullable Object value, String key, boolean otherwise) {
    if (value == null) {
      return otherwise;
    }
    return switch (value.toString().strip()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(key + " must be true or false");
    };
  }

  /**
   * @throws RegistryException if there is none
   */
  int id(SchemaRegistry registry, String subject, Schema schema) {
    try {
      return switch (this) {
        case REGISTER -> registry.register(subject, schema);
        case LATEST -> latest(registry, subject, schema);
        case LOOK_UP -> registry.lookUp(subject, schema).id();
      };
    } catch (RegistryRefusedException e) {
      throw new RegistryRefusedException(e.code(), e.getMessage() + advice(e));
    }
  }

  private static int latest(SchemaRegistry registry, String subject, Schema schema) {
    SchemaVersion latest = registry.latest(subject);
    boolean same =
        SchemaNormalization.toParsingForm(latest.schema())
            .equals(SchemaNormalization.toParsingForm(schema));
    return same ? latest.id() : registry.lookUp(subject, schema).id();
  }

  private static String advice(RegistryRefusedException refused) {
    if (refused.status() == ErrorCodes.status(ErrorCodes.INCOMPATIBLE)) {
      return "; this program is older or newer than the topic's other producers; check the"
          + " subject's versions and compatibility level";
    }
    return refused.status() == 404
        ? "; register this program's schemas first, or set " + AUTO_REGISTER + "=true"
        : "";
  }
}
