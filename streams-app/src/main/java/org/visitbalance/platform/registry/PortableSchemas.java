package org.visitbalance.platform.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;

/** Schemas in the form in which they are registered: without anything that concerns Java only. */
public final class PortableSchemas {
  private static final String JAVA_STRING = "avro.java.string";

  private PortableSchemas() {}

  /** Returns the schema of a generated record as it is in its {@code .avsc} file. */
  public static Schema of(Schema schema) {
    try {
      return SchemaTexts.parse(without(JsonTrees.parse(schema.toString())).toString());
    } catch (IOException e) {
      throw new IllegalStateException("a schema's text is always JSON", e);
    }
  }

  private static JsonNode without(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonTrees.array();
      array.forEach(element -> copy.add(without(element)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    ObjectNode copy = JsonTrees.object();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!entry.getKey().equals(JAVA_STRING)) {
        copy.set(entry.getKey(), without(entry.getValue()));
      }
    }
    boolean bare = copy.size() == 1 && copy.path("type").isTextual();
    return bare && object.size() > 1 ? copy.get("type") : copy;
  }
}
