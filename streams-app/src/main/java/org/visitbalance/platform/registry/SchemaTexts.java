package org.visitbalance.platform.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;

/** The contents of a registry as the keys and values of Confluent's {@code _schemas} topic. */
public final class SchemaTexts {
  /** The kind of key that is not Confluent's: the highest id that was ever given. */
  private static final String LAST_ID = "LAST_ID";

  static final String LAST_ID_KEY =
      text(JsonTrees.object().put("keytype", LAST_ID).put("magic", 0));

  private SchemaTexts() {}

  static String key(String subject, int version) {
    return text(
        JsonTrees.object()
            .put("keytype", "SCHEMA")
            .put("subject", subject)
            .put("version", version)
            .put("magic", 1));
  }

  static String value(SchemaVersion version, boolean isDeleted) {
    return text(
        JsonTrees.object()
            .put("subject", version.subject())
            .put("version", version.version())
            .put("id", version.id())
            .put("schema", version.schema().toString())
            .put("deleted", isDeleted));
  }

  static String deletionKey(String subject) {
    return text(
        JsonTrees.object()
            .put("keytype", "DELETE_SUBJECT")
            .put("subject", subject)
            .put("magic", 0));
  }

  static String deletionValue(String subject, int lastVersion) {
    return text(JsonTrees.object().put("subject", subject).put("version", lastVersion));
  }

  static String modeKey(@Nullable String subject) {
    return text(JsonTrees.object().put("keytype", "MODE").put("subject", subject).put("magic", 0));
  }

  static String modeValue(RegistryMode mode) {
    return text(JsonTrees.object().put("mode", mode.name()));
  }

  static String lastIdValue(int id) {
    return text(JsonTrees.object().put("id", id));
  }

  static String levelKey(@Nullable String subject) {
    return text(
        JsonTrees.object().put("keytype", "CONFIG").put("subject", subject).put("magic", 0));
  }

  static String levelValue(CompatibilityLevel level) {
    return text(JsonTrees.object().put("compatibilityLevel", level.name()));
  }

  /** Loads a stored text; ignores keys of other kinds. */
  static void replay(String key, String value, RegistryContents contents) {
    try {
      JsonNode kind = JsonTrees.parse(key);
      JsonNode kept = JsonTrees.parse(value);
      String subject = kind.path("subject").isTextual() ? kind.path("subject").asText() : null;
      switch (kind.path("keytype").asText()) {
        case "SCHEMA" ->
            contents.put(
                new SchemaVersion(
                    kept.path("subject").asText(),
                    kept.path("version").asInt(),
                    kept.path("id").asInt(),
                    parse(kept.path("schema").asText())),
                kept.path("deleted").asBoolean());
        case "DELETE_SUBJECT" ->
            contents.hideUpTo(kept.path("subject").asText(), kept.path("version").asInt());
        case "CONFIG" ->
            contents.setLevel(
                subject, CompatibilityLevel.valueOf(kept.path("compatibilityLevel").asText()));
        case "MODE" -> contents.setMode(subject, RegistryMode.valueOf(kept.path("mode").asText()));
        case LAST_ID -> contents.raiseLastId(kept.path("id").asInt());
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

  /** Returns a schema with all properties in alphabetical order. */
  static Schema normalized(Schema schema) {
    try {
      return parse(sorted(JsonTrees.parse(schema.toString())).toString());
    } catch (IOException e) {
      throw new IllegalStateException("a schema's text is always JSON", e);
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonTrees.array();
      array.forEach(element -> copy.add(sorted(element)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode copy = JsonTrees.object();
    object.properties().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> copy.set(entry.getKey(), sorted(entry.getValue())));
    return copy;
  }

  private static String text(ObjectNode node) {
    return new String(JsonTrees.bytes(node), StandardCharsets.UTF_8);
  }
}
