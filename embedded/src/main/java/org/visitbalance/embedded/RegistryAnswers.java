package org.visitbalance.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.JsonTrees;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.LocalRegistry.Which;
import org.visitbalance.platform.registry.RegistryMode;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaVersion;

/** Answers the requests of Confluent's protocol from a local registry. */
final class RegistryAnswers {
  private static final int NOT_FOUND = 404;

  /** The only context, which is that of subjects without one. */
  private static final String CONTEXT = ".";

  /** What clients send in front of a prefix that applies in every context. */
  private static final String ALL_CONTEXTS = ":*:";

  /** That of the program. */
  private static final String VERSION = "0.1.0";

  private final LocalRegistry registry;

  RegistryAnswers(LocalRegistry registry) {
    this.registry = registry;
  }

  /** Answers one request. */
  JsonNode of(RegistryRequest request) {
    List<String> path = request.path();
    String subject = path.size() > 1 ? path.get(1) : "";
    return switch (request.shape()) {
      case "GET " -> JsonTrees.object();
      case "GET contexts" -> JsonTrees.array().add(CONTEXT);
      case "GET v1/metadata/id" -> clusters();
      case "GET v1/metadata/version" ->
          JsonTrees.object().put("version", VERSION).put("commitId", "");
      case "GET schemas" -> full(request.page(schemas(request)));
      case "GET schemas/types" -> JsonTrees.array().add("AVRO");
      case "GET schemas/ids/*" ->
          JsonTrees.object().put("schema", registry.byId(request.id()).toString());
      case "GET schemas/ids/*/schema" -> bare(registry.byId(request.id()));
      case "GET schemas/ids/*/subjects" -> names(request.page(subjectsOf(request)));
      case "GET schemas/ids/*/versions" -> array(request.page(versionsOf(request)));
      case "GET subjects" -> names(request.page(subjects(request)));
      case "POST subjects/*" ->
          full(
              registry.lookUp(
                  subject, request.schema(), deletedToo(request), request.is("normalize")));
      case "DELETE subjects/*" -> numbers(registry.deleteSubject(subject, request.is("permanent")));
      case "GET subjects/*/versions" -> numbers(request.page(numbersOf(subject, request)));
      case "POST subjects/*/versions" -> register(subject, request);
      case "GET subjects/*/versions/*" -> full(version(subject, request));
      case "GET subjects/*/versions/*/schema" -> bare(version(subject, request).schema());
      case "GET subjects/*/versions/*/referencedby" -> {
        version(subject, request);
        yield JsonTrees.array();
      }
      case "DELETE subjects/*/versions/*" -> deleteVersion(subject, request);
      case "GET config" -> level(registry.level(null));
      case "GET config/*" ->
          level(
              request.is("defaultToGlobal")
                  ? registry.effectiveLevel(subject)
                  : registry.level(subject));
      case "PUT config" -> setLevel(null, request.level());
      case "PUT config/*" -> setLevel(subject, request.level());
      case "DELETE config" -> level(registry.deleteLevel(null));
      case "DELETE config/*" -> level(registry.deleteLevel(subject));
      case "GET mode" -> mode(registry.mode(null));
      case "GET mode/*" ->
          mode(
              request.is("defaultToGlobal")
                  ? registry.effectiveMode(subject)
                  : registry.mode(subject));
      case "PUT mode" -> setMode(null, request.mode());
      case "PUT mode/*" -> setMode(subject, request.mode());
      case "DELETE mode" -> mode(registry.deleteMode(null));
      case "DELETE mode/*" -> mode(registry.deleteMode(subject));
      case "POST compatibility/subjects/*/versions/*", "POST compatibility/subjects/*/versions" ->
          compatibility(request);
      default -> throw new RegistryRefusedException(NOT_FOUND, "HTTP 404 Not Found");
    };
  }

  private static JsonNode clusters() {
    ObjectNode answer = JsonTrees.object();
    ObjectNode scope = answer.putObject("scope");
    scope.putArray("path");
    scope
        .putObject("clusters")
        .put("kafka-cluster", EmbeddedBroker.CLUSTER)
        .put("schema-registry-cluster", "schema-registry");
    return answer.put("id", "");
  }

  private List<String> subjects(RegistryRequest request) {
    String prefix = request.query().getOrDefault("subjectPrefix", "");
    String bare = prefix.startsWith(ALL_CONTEXTS) ? prefix.substring(3) : prefix;
    return registry.subjects(request.which()).stream()
        .filter(subject -> subject.startsWith(bare))
        .toList();
  }

  private List<SchemaVersion> schemas(RegistryRequest request) {
    List<SchemaVersion> schemas = new ArrayList<>();
    for (String subject : subjects(request)) {
      List<SchemaVersion> versions = registry.versions(subject, request.which());
      schemas.addAll(
          request.is("latestOnly")
              ? versions.subList(versions.size() - 1, versions.size())
              : versions);
    }
    return schemas;
  }

  private List<String> subjectsOf(RegistryRequest request) {
    return registry.versionsOf(request.id(), request.which()).stream()
        .map(SchemaVersion::subject)
        .distinct()
        .toList();
  }

  private List<JsonNode> versionsOf(RegistryRequest request) {
    List<JsonNode> versions = new ArrayList<>();
    for (SchemaVersion version : registry.versionsOf(request.id(), request.which())) {
      versions.add(
          JsonTrees.object().put("subject", version.subject()).put("version", version.version()));
    }
    return versions;
  }

  private List<Integer> numbersOf(String subject, RegistryRequest request) {
    return registry.versions(subject, request.which()).stream()
        .map(SchemaVersion::version)
        .toList();
  }

  private static Which deletedToo(RegistryRequest request) {
    return request.is("deleted") ? Which.ALL : Which.LIVE;
  }

  private SchemaVersion version(String subject, RegistryRequest request) {
    return version(subject, request.version(3), deletedToo(request));
  }

  private SchemaVersion version(String subject, @Nullable Integer number, Which which) {
    if (number != null) {
      return registry.version(subject, number, which);
    }
    List<SchemaVersion> versions = registry.versions(subject, which);
    return versions.get(versions.size() - 1);
  }

  private JsonNode register(String subject, RegistryRequest request) {
    if (request.body().path("id").asInt(-1) >= 0) {
      throw new RegistryRefusedException(
          ErrorCodes.NOT_PERMITTED,
          "Subject " + subject + " in context . is not in import mode: send the schema without id");
    }
    return JsonTrees.object()
        .put("id", registry.register(subject, request.schema(), request.is("normalize")));
  }

  private JsonNode deleteVersion(String subject, RegistryRequest request) {
    boolean isPermanent = request.is("permanent");
    Which which = isPermanent ? Which.ALL : Which.LIVE;
    Integer number = request.version(3);
    int version = number == null ? version(subject, null, which).version() : number;
    registry.deleteVersion(subject, version, isPermanent);
    return JsonTrees.array().add(version).get(0);
  }

  private JsonNode setLevel(@Nullable String subject, CompatibilityLevel level) {
    registry.setLevel(subject, level);
    return JsonTrees.object().put("compatibility", level.name());
  }

  private static JsonNode level(CompatibilityLevel level) {
    return JsonTrees.object().put("compatibilityLevel", level.name());
  }

  private JsonNode setMode(@Nullable String subject, RegistryMode mode) {
    registry.setMode(subject, mode);
    return mode(mode);
  }

  private static JsonNode mode(RegistryMode mode) {
    return JsonTrees.object().put("mode", mode.name());
  }

  /** A schema that cannot be read is incompatible if the client wants to know why. */
  private JsonNode compatibility(RegistryRequest request) {
    List<String> conflicts;
    try {
      conflicts = conflicts(request);
    } catch (RegistryRefusedException e) {
      if (e.code() != ErrorCodes.INVALID_SCHEMA || !request.is("verbose")) {
        throw e;
      }
      conflicts = List.of(String.valueOf(e.getMessage()));
    }
    ObjectNode answer = JsonTrees.object().put("is_compatible", conflicts.isEmpty());
    if (request.is("verbose")) {
      answer.set("messages", names(conflicts));
    }
    return answer;
  }

  /** The latest version stands for all that the subject's level is about. */
  private List<String> conflicts(RegistryRequest request) {
    String subject = request.path().get(2);
    boolean one = request.path().size() > 4;
    Integer number = one ? request.version(4) : null;
    SchemaVersion version = number == null ? null : known(subject, number);
    Schema schema = request.schema();
    return version == null
        ? registry.conflicts(subject, schema)
        : registry.effectiveLevel(subject).conflicts(schema, List.of(version));
  }

  /**
   * Returns a version to compare with.
   *
   * @return null if it is the latest one
   */
  private @Nullable SchemaVersion known(String subject, int number) {
    List<SchemaVersion> versions =
        registry.subjects().contains(subject) ? registry.versions(subject) : List.of();
    for (SchemaVersion version : versions) {
      if (version.version() == number) {
        return version.equals(versions.get(versions.size() - 1)) ? null : version;
      }
    }
    throw new RegistryRefusedException(
        ErrorCodes.VERSION_NOT_FOUND, "Version " + number + " not found.");
  }

  private static JsonNode full(SchemaVersion version) {
    return JsonTrees.object()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema().toString());
  }

  private static JsonNode full(List<SchemaVersion> versions) {
    return array(versions.stream().map(RegistryAnswers::full).toList());
  }

  private static JsonNode bare(Schema schema) {
    try {
      return JsonTrees.parse(schema.toString());
    } catch (IOException e) {
      throw new IllegalStateException("a schema's text is always JSON", e);
    }
  }

  private static JsonNode array(List<JsonNode> elements) {
    return JsonTrees.array().addAll(elements);
  }

  private static JsonNode names(List<String> names) {
    ArrayNode array = JsonTrees.array();
    names.forEach(array::add);
    return array;
  }

  private static JsonNode numbers(List<Integer> numbers) {
    ArrayNode array = JsonTrees.array();
    numbers.forEach(array::add);
    return array;
  }
}
