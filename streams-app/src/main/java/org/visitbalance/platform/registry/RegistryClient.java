package org.visitbalance.platform.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A registry reached by Confluent's REST protocol. Uses only what every server of that protocol
 * supports.
 */
final class RegistryClient implements SchemaRegistry {
  private final RegistryHttp http;
  private final SchemaReader reader =
      new SchemaReader(
          (subject, version) ->
              answer(
                  subject,
                  Integer.toString(version),
                  "return version " + version + " of subject " + subject));

  RegistryClient(RegistryHttp http) {
    this.http = http;
  }

  @Override
  public int register(String subject, Schema schema) {
    return http.ask(
        new RegistryHttp.Question(
            "POST",
            "/subjects/" + encode(subject) + "/versions",
            document(schema),
            "register the schema of subject " + subject),
        answer -> number(answer, "id"));
  }

  @Override
  public SchemaVersion lookUp(String subject, Schema schema) {
    return version(
        subject,
        http.ask(
            new RegistryHttp.Question(
                "POST",
                "/subjects/" + encode(subject),
                document(schema),
                "look up the schema of subject " + subject),
            RegistryClient::checked));
  }

  @Override
  public SchemaVersion latest(String subject) {
    return version(subject, "latest", "return the latest schema of subject " + subject);
  }

  @Override
  public List<SchemaVersion> versions(String subject) {
    SchemaVersion latest = latest(subject);
    List<SchemaVersion> versions = new ArrayList<>();
    for (int number = 1; number < latest.version(); number++) {
      try {
        String purpose = "return version " + number + " of subject " + subject;
        versions.add(version(subject, Integer.toString(number), purpose));
      } catch (RegistryRefusedException e) {
        if (e.code() != ErrorCodes.VERSION_NOT_FOUND) {
          throw e;
        }
        // The version was deleted.
      }
    }
    versions.add(latest);
    return versions;
  }

  private SchemaVersion version(String subject, String version, String purpose) {
    return version(subject, answer(subject, version, purpose));
  }

  private JsonNode answer(String subject, String version, String purpose) {
    return http.ask(
        new RegistryHttp.Question(
            "GET", "/subjects/" + encode(subject) + "/versions/" + version, null, purpose),
        RegistryClient::checked);
  }

  private static JsonNode checked(JsonNode answer) {
    number(answer, "version");
    number(answer, "id");
    return SchemaReader.checked(answer);
  }

  @Override
  public Schema byId(int id) {
    // The caller remembers which ids are unknown, and asks again by itself.
    return reader.read(
        http.ask(
            new RegistryHttp.Question(
                "GET", "/schemas/ids/" + id, null, "return schema " + id, false),
            SchemaReader::checked));
  }

  @Override
  public List<String> conflicts(String subject, Schema schema) {
    try {
      return http.ask(
          new RegistryHttp.Question(
              "POST",
              "/compatibility/subjects/" + encode(subject) + "/versions/latest?verbose=true",
              document(schema),
              "check the compatibility of the schema of subject " + subject),
          RegistryClient::conflicts);
    } catch (RegistryRefusedException e) {
      if (e.code() == ErrorCodes.SUBJECT_NOT_FOUND || e.code() == ErrorCodes.VERSION_NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public CompatibilityLevel level(@Nullable String subject) {
    return http.ask(
        new RegistryHttp.Question(
            "GET", configPath(subject), null, "return the compatibility level of " + name(subject)),
        answer -> {
          String level = text(answer, "compatibilityLevel");
          try {
            return CompatibilityLevel.valueOf(level);
          } catch (IllegalArgumentException e) {
            throw new RegistryHttp.UnusableAnswer("an unknown compatibility level");
          }
        });
  }

  @Override
  public void setLevel(@Nullable String subject, CompatibilityLevel level) {
    http.ask(
        new RegistryHttp.Question(
            "PUT",
            configPath(subject),
            JsonTrees.object().put("compatibility", level.name()),
            "set the compatibility level of " + name(subject)),
        answer -> level);
  }

  private static String configPath(@Nullable String subject) {
    return subject == null ? "/config" : "/config/" + encode(subject);
  }

  private static String name(@Nullable String subject) {
    return subject == null ? "all subjects" : "subject " + subject;
  }

  private static ObjectNode document(Schema schema) {
    return JsonTrees.object().put("schema", schema.toString());
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private SchemaVersion version(String subject, JsonNode answer) {
    return new SchemaVersion(
        subject, number(answer, "version"), number(answer, "id"), reader.read(answer));
  }

  private static List<String> conflicts(JsonNode answer) {
    JsonNode compatible = answer.path("is_compatible");
    if (!compatible.isBoolean()) {
      throw new RegistryHttp.UnusableAnswer("no is_compatible");
    }
    if (compatible.booleanValue()) {
      return List.of();
    }
    List<String> conflicts = new ArrayList<>();
    answer.path("messages").forEach(message -> conflicts.add(message.asText()));
    return conflicts.isEmpty() ? List.of("the registry does not say why") : conflicts;
  }

  private static int number(JsonNode answer, String field) {
    JsonNode value = answer.path(field);
    if (!value.isInt()) {
      throw new RegistryHttp.UnusableAnswer("no number \"" + field + "\"");
    }
    return value.intValue();
  }

  private static String text(JsonNode answer, String field) {
    JsonNode value = answer.path(field);
    if (!value.isTextual()) {
      throw new RegistryHttp.UnusableAnswer("no string \"" + field + "\"");
    }
    return value.textValue();
  }
}
