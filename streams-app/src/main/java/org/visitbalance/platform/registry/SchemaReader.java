package org.visitbalance.platform.registry;

import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Reads a schema from a registry's answer, and the schemas that it refers to. Refuses one that can
 * never be read with {@link ErrorCodes#INVALID_SCHEMA}, and one with a missing reference with
 * {@link ErrorCodes#SCHEMA_NOT_FOUND}.
 */
final class SchemaReader {
  private static final int MOST_REFERENCES = 200;

  private final Versions versions;

  /** Asks for the schema that a reference names. */
  @FunctionalInterface
  interface Versions {
    JsonNode of(String subject, int version);
  }

  SchemaReader(Versions versions) {
    this.versions = versions;
  }

  /** Returns the answer if it contains the text of a schema; text that is not JSON is unusable. */
  static JsonNode checked(JsonNode answer) {
    if (!answer.path("schema").isTextual()) {
      throw new RegistryHttp.UnusableAnswer("no text \"schema\"");
    }
    if (isAvro(answer)) {
      try {
        JsonTrees.parse(answer.path("schema").textValue());
      } catch (StreamConstraintsException e) {
        throw invalid("is nested too deeply");
      } catch (IOException e) {
        throw new RegistryHttp.UnusableAnswer("an invalid schema");
      }
    }
    return answer;
  }

  /** Returns the schema of a checked answer. */
  Schema read(JsonNode answer) {
    return read(answer, new Schema.Parser(), new HashSet<>(), new HashSet<>());
  }

  /**
   * @param open the references being resolved
   * @param known the references whose types the parser knows
   */
  private Schema read(JsonNode answer, Schema.Parser parser, Set<String> open, Set<String> known) {
    if (!isAvro(answer)) {
      throw invalid("is of type " + answer.path("schemaType").asText() + ", not AVRO");
    }
    for (JsonNode reference : answer.path("references")) {
      String subject = reference.path("subject").asText();
      int version = reference.path("version").asInt();
      String name = subject + " " + version;
      if (open.contains(name)) {
        throw invalid("refers to itself");
      }
      if (!known.contains(name)) {
        if (known.size() + open.size() >= MOST_REFERENCES) {
          throw invalid("refers to more than " + MOST_REFERENCES + " others");
        }
        open.add(name);
        read(referred(subject, version), parser, open, known);
        open.remove(name);
        known.add(name);
      }
    }
    return parse(answer.path("schema").textValue(), parser);
  }

  private JsonNode referred(String subject, int version) {
    try {
      return versions.of(subject, version);
    } catch (RegistryRefusedException e) {
      if (e.status() == 404) {
        throw new RegistryRefusedException(
            ErrorCodes.SCHEMA_NOT_FOUND,
            "it refers to version "
                + version
                + " of subject "
                + subject
                + ", which the schema registry does not know");
      }
      throw e;
    }
  }

  private static Schema parse(String text, Schema.Parser parser) {
    try {
      return parser.parse(text);
    } catch (AvroRuntimeException | IllegalArgumentException e) {
      throw invalid("is rejected by Avro: " + e.getClass().getSimpleName());
    } catch (StackOverflowError e) {
      throw invalid("is nested too deeply");
    }
  }

  private static boolean isAvro(JsonNode answer) {
    return answer.path("schemaType").asText("AVRO").equals("AVRO");
  }

  private static RegistryRefusedException invalid(String why) {
    return new RegistryRefusedException(ErrorCodes.INVALID_SCHEMA, "it " + why);
  }
}
