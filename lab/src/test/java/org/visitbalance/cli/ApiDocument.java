package org.visitbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document as the service gives it, and what it says of an answer. */
final class ApiDocument {
  private static final String AT = "https://visit-balance.test/openapi.json";

  private final JsonNode document;
  private final JsonSchemaFactory schemas;

  ApiDocument(JsonNode document) {
    this.document = document;
    this.schemas =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder ->
                builder.schemaLoaders(
                    loaders ->
                        loaders.schemas(iri -> AT.equals(iri) ? document.toString() : null)));
  }

  JsonNode paths() {
    return document.path("paths");
  }

  /** What keeps a body from being the answer that is promised; nothing where it is. */
  Set<String> problems(String path, String method, int status, String type, JsonNode body) {
    JsonNode responses = paths().path(path).path(method).path("responses");
    String which = responses.has(Integer.toString(status)) ? Integer.toString(status) : "default";
    if (!responses.has(which)) {
      return Set.of(path + " promises no status " + status);
    }
    String pointer = "/paths/" + escaped(path) + "/" + method + "/responses/" + which;
    JsonNode response = document.at(pointer);
    if (response.has("$ref")) {
      pointer = response.path("$ref").asText().substring(1);
    }
    pointer += "/content/" + escaped(type) + "/schema";
    if (document.at(pointer).isMissingNode()) {
      return Set.of(path + " promises no " + type);
    }
    JsonSchema schema =
        schemas.getSchema(
            SchemaLocation.of(AT + "#" + pointer),
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    Set<String> problems = new TreeSet<>();
    for (ValidationMessage message : schema.validate(body)) {
      problems.add(path + ": " + message);
    }
    return problems;
  }

  private static String escaped(String part) {
    return part.replace("~", "~0").replace("/", "~1");
  }
}
