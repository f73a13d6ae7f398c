package org.visitbalance.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.JsonTrees;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaTexts;
import org.visitbalance.platform.registry.SchemaVersion;

/**
 * Serves a local registry by Confluent's REST protocol, on the loopback interface. It has no
 * authentication: it is for programs on this machine.
 */
public final class RegistryServer implements AutoCloseable {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int NOT_FOUND = 404;
  private static final int INTERNAL_ERROR = 500;
  private static final int LARGEST_BODY = 1 << 20;
  private static final int LARGEST_SCHEMA = 256 << 10;

  /**
   * How many times the largest body is read on, and thrown away, before a larger one is refused.
   */
  private static final int DRAINED = 16;

  private static final int TOO_LARGE = 413;
  private static final int FORBIDDEN = 403;
  private static final int THREADS = 32;
  private static final String PATIENCE_SECONDS = "10";

  private static final Set<String> OWN_NAMES = Set.of("127.0.0.1", "localhost", "[::1]");

  static {
    // The head and body of an answer are two packets: without this, each answer takes 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    // A request that has not come completely by then is given up.
    if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
      System.setProperty("sun.net.httpserver.maxReqTime", PATIENCE_SECONDS);
    }
  }

  private final LocalRegistry registry;
  private final HttpServer server;
  private final ExecutorService threads;

  private RegistryServer(LocalRegistry registry, HttpServer server) {
    this.registry = registry;
    this.server = server;
    this.threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "schema-registry");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts serving a registry on a free port; the caller closes the registry's log. */
  public static RegistryServer start(LocalRegistry registry) {
    return start(registry, 0);
  }

  /** Starts serving a registry on a port; the caller closes the registry's log. */
  public static RegistryServer start(LocalRegistry registry, int port) {
    HttpServer http;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException("the schema registry found no free port", e);
    }
    RegistryServer server = new RegistryServer(registry, http);
    http.createContext("/", server::handle);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Returns {@code schema.registry.url} for its clients. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Stops immediately and frees the port. Closing twice does nothing. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      JsonNode answer;
      try {
        answer = answer(exchange);
      } catch (RegistryRefusedException e) {
        status = e.status();
        answer = error(e.code(), e.getMessage());
      } catch (RegistryException e) {
        status = INTERNAL_ERROR;
        answer = error(ErrorCodes.STORE_FAILED, e.getMessage());
      } catch (RuntimeException | StackOverflowError e) {
        status = INTERNAL_ERROR;
        answer = error(INTERNAL_ERROR, "Internal error: " + e.getClass().getSimpleName());
      }
      byte[] text = JsonTrees.bytes(answer);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(status, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private static ObjectNode error(int code, @Nullable String message) {
    return JsonTrees.object().put("error_code", code).put("message", message);
  }

  /** Answers one request of the protocol. */
  private JsonNode answer(HttpExchange exchange) throws IOException {
    requireThisMachine(exchange);
    List<String> path = path(exchange);
    JsonNode body = body(exchange);
    String subject = path.size() > 1 ? path.get(1) : "";
    return switch (exchange.getRequestMethod() + " " + shape(path)) {
      case "GET " -> JsonTrees.object();
      case "GET schemas/types" -> JsonTrees.array().add("AVRO");
      case "GET schemas/ids/*" -> byId(path.get(2));
      case "GET subjects" -> names(registry.subjects());
      case "GET subjects/*/versions" -> numbers(registry.versions(subject));
      case "GET subjects/*/versions/*" -> full(version(subject, path.get(3)));
      case "POST subjects/*/versions" ->
          JsonTrees.object().put("id", registry.register(subject, schema(body)));
      case "POST subjects/*" -> full(registry.lookUp(subject, schema(body)));
      case "GET config" -> level(registry.level(null));
      case "GET config/*" -> level(exchange, subject);
      case "PUT config" -> setLevel(null, body);
      case "PUT config/*" -> setLevel(subject, body);
      case "POST compatibility/subjects/*/versions/*" -> compatibility(path, schema(body));
      case "POST compatibility/subjects/*/versions" ->
          compatible(registry.conflicts(path.get(2), schema(body)));
      default -> throw new RegistryRefusedException(NOT_FOUND, "HTTP 404 Not Found");
    };
  }

  /** A page in a browser on this machine, from wherever it comes, is none of its programs. */
  private static void requireThisMachine(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    String name = host == null ? "" : host.replaceFirst(":\\d+$", "");
    if (!OWN_NAMES.contains(name) || exchange.getRequestHeaders().containsKey("Origin")) {
      throw new RegistryRefusedException(FORBIDDEN, "Only programs on this machine are served");
    }
  }

  private static List<String> path(HttpExchange exchange) {
    return Arrays.stream(exchange.getRequestURI().getRawPath().split("/", -1))
        .filter(part -> !part.isEmpty())
        .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
        .toList();
  }

  /** Returns the path with its names and numbers replaced by stars. */
  private static String shape(List<String> path) {
    if (path.isEmpty()) {
      return "";
    }
    int firstName = path.get(0).equals("subjects") || path.get(0).equals("config") ? 1 : 2;
    StringBuilder shape = new StringBuilder(path.get(0));
    for (int i = 1; i < path.size(); i++) {
      boolean name = i >= firstName && (i - firstName) % 2 == 0;
      shape.append('/').append(name ? "*" : path.get(i));
    }
    return shape.toString();
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] text = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (text.length > LARGEST_BODY) {
      // A client that is still sending when the connection is closed never sees the answer.
      int parts = 0;
      while (parts < DRAINED && exchange.getRequestBody().readNBytes(LARGEST_BODY).length > 0) {
        parts++;
      }
      throw new RegistryRefusedException(TOO_LARGE, "The request is larger than 1 MiB");
    }
    try {
      return JsonTrees.parse(text);
    } catch (IOException e) {
      throw new RegistryRefusedException(400, "The request is not JSON");
    }
  }

  private static Schema schema(JsonNode body) {
    if (!body.path("schemaType").asText("AVRO").equals("AVRO")) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_SCHEMA, "Only schemas of type AVRO are supported");
    }
    String text = body.path("schema").asText();
    if (text.length() > LARGEST_SCHEMA) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_SCHEMA, "Invalid Avro schema: it is longer than 256 KiB");
    }
    try {
      return SchemaTexts.parse(text);
    } catch (StackOverflowError e) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_SCHEMA, "Invalid Avro schema: it is nested too deeply");
    } catch (SchemaParseException e) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_SCHEMA, "Invalid Avro schema: " + e.getMessage());
    }
  }

  private SchemaVersion version(String subject, String text) {
    List<SchemaVersion> versions = registry.versions(subject);
    if (text.equals("latest") || text.equals("-1")) {
      return versions.get(versions.size() - 1);
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_VERSION,
          "The specified version '" + text + "' is not a valid version id.");
    }
    int number = Integer.parseInt(text);
    if (number > versions.size()) {
      throw new RegistryRefusedException(
          ErrorCodes.VERSION_NOT_FOUND, "Version " + number + " not found.");
    }
    return versions.get(number - 1);
  }

  private JsonNode byId(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new RegistryRefusedException(
          ErrorCodes.SCHEMA_NOT_FOUND, "Schema " + text + " not found");
    }
    return JsonTrees.object().put("schema", registry.byId(Integer.parseInt(text)).toString());
  }

  private JsonNode level(HttpExchange exchange, String subject) {
    String query = exchange.getRequestURI().getQuery();
    boolean effective = query != null && query.contains("defaultToGlobal=true");
    return level(effective ? registry.effectiveLevel(subject) : registry.level(subject));
  }

  private JsonNode setLevel(@Nullable String subject, JsonNode body) {
    String name = body.path("compatibility").asText();
    CompatibilityLevel level;
    try {
      level = CompatibilityLevel.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_LEVEL,
          "Invalid compatibility level. Valid values are none, backward, forward, full,"
              + " backward_transitive, forward_transitive, and full_transitive");
    }
    registry.setLevel(subject, level);
    return JsonTrees.object().put("compatibility", name);
  }

  private JsonNode compatibility(List<String> path, Schema schema) {
    SchemaVersion version = version(path.get(2), path.get(4));
    boolean latest = version.equals(registry.latest(version.subject()));
    return compatible(
        latest
            ? registry.conflicts(version.subject(), schema)
            : registry.effectiveLevel(version.subject()).conflicts(schema, List.of(version)));
  }

  private static JsonNode compatible(List<String> conflicts) {
    ObjectNode answer = JsonTrees.object().put("is_compatible", conflicts.isEmpty());
    answer.set("messages", names(conflicts));
    return answer;
  }

  private static JsonNode level(CompatibilityLevel level) {
    return JsonTrees.object().put("compatibilityLevel", level.name());
  }

  private static JsonNode full(SchemaVersion version) {
    return JsonTrees.object()
        .put("subject", version.subject())
        .put("version", version.version())
        .put("id", version.id())
        .put("schema", version.schema().toString());
  }

  private static ArrayNode names(List<String> names) {
    ArrayNode array = JsonTrees.array();
    names.forEach(array::add);
    return array;
  }

  private static ArrayNode numbers(List<SchemaVersion> versions) {
    ArrayNode array = JsonTrees.array();
    versions.forEach(version -> array.add(version.version()));
    return array;
  }
}
