package org.visitbalance.platform.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/** The contents of a registry as the keys and values of Confluent's {@code _schemas} topic. */
public final class SchemaTexts {
  private SchemaTexts() {}

  static String key(SchemaVersion version) {
    return text(
        JsonTrees.object()
            .put("keytype", "SCHEMA")
            .put("subject", version.subject())
            .put("version", version.version())
            .put("magic", 1));
  }

  static String value(SchemaVersion version) {
    return text(
        JsonTrees.object()
            .put("subject", version.subject())
            .put("version", version.version())
            .put("id", version.id())
            .put("schema", version.schema().toString())
            .put("deleted", false));
  }

  static String levelKey(@Nullable String subject) {
    return text(
        JsonTrees.object().put("keytype", "CONFIG").put("subject", subject).put("magic", 0));
  }

  static String levelValue(CompatibilityLevel level) {
    return text(JsonTrees.object().put("compatibilityLevel", level.name()));
  }

  /** Loads a stored text into a registry; ignores keys of other kinds. */
  static void replay(String key, String value, LocalRegistry registry) {
    try {
      JsonNode kind = JsonTrees.parse(key);
      JsonNode kept = JsonTrees.parse(value);
      switch (kind.path("keytype").asText()) {
        case "SCHEMA" -> {
          String subject = kept.path("subject").asText();
          Schema schema = parse(kept.path("schema").asText());
          registry.add(
              new SchemaVersion(
                  subject, kept.path("version").asInt(), kept.path("id").asInt(), schema));
        }
        case "CONFIG" ->
            registry.keepLevel(
                kind.path("subject").isTextual() ? kind.path("subject").asText() : null,
                CompatibilityLevel.valueOf(kept.path("compatibilityLevel").asText()));
        default -> {
          // Confluent's registries use other keys internally.
        }
      }
    } catch (IOException | IllegalArgumentException | SchemaParseException e) {
      throw new RegistryException("the stored schemas cannot be read at " + key, e);
    }
  }

  /**
   * Parses a single schema.
   *
   * @throws SchemaParseException if it is not valid
   */
  public static Schema parse(String text) {
    return new Schema.Parser().parse(text);
  }

  private static String text(ObjectNode node) {
    return new String(JsonTrees.bytes(node), StandardCharsets.UTF_8);
  }
}
