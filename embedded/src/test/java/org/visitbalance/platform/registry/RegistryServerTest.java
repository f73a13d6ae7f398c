package org.visitbalance.platform.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.Main;
import org.visitbalance.embedded.RegistryServer;
import picocli.CommandLine;

/** Confluent's protocol, as a program that knows no Java of ours meets it. */
class RegistryServerTest {
  private static final String INT = "{\"schema\": \"{\\\"type\\\": \\\"int\\\"}\"}";
  private static final String LONG = "{\"schema\": \"\\\"long\\\"\"}";
  private static final String TEXT = "{\"schema\": \"\\\"string\\\"\"}";

  private final RegistryServer server =
      RegistryServer.start(
          new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.FULL_TRANSITIVE));
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
    server.close();
  }

  @Test
  void schemasAreRegisteredAndFound() throws Exception {
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");
    assertAnswer("POST", "/subjects/s/versions?normalize=false", INT, 200, "{\"id\":1}");
    assertAnswer("POST", "/subjects/a%2Fb%20%2B/versions/", INT, 200, "{\"id\":1}");
    assertAnswer(
        "POST",
        "/subjects/s?deleted=false",
        INT,
        200,
        "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"int\\\"\"}");
    assertAnswer(
        "GET", "/schemas/ids/1?fetchMaxId=false", null, 200, "{\"schema\":\"\\\"int\\\"\"}");
    assertAnswer("GET", "/subjects", null, 200, "[\"a/b +\",\"s\"]");
    assertAnswer("GET", "/subjects/s/versions", null, 200, "[1]");
    for (String version : new String[] {"1", "latest", "-1"}) {
      assertAnswer(
          "GET",
          "/subjects/s/versions/" + version,
          null,
          200,
          "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"int\\\"\"}");
    }
  }

  @Test
  void refusalsHaveConfluentsCodes() throws Exception {
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");

    assertCode("GET", "/subjects/none/versions", null, 404, 40401);
    assertCode("GET", "/subjects/none/versions/latest", null, 404, 40401);
    assertCode("POST", "/subjects/none", INT, 404, 40401);
    assertCode("GET", "/subjects/s/versions/2", null, 404, 40402);
    assertCode("GET", "/schemas/ids/2", null, 404, 40403);
    assertCode("GET", "/schemas/ids/-2", null, 404, 40403);
    assertCode("POST", "/subjects/s", LONG, 404, 40403);
    assertCode("GET", "/config/s", null, 404, 40408);
    assertCode("POST", "/subjects/s/versions", TEXT, 409, 40901);
    assertCode("POST", "/subjects/s/versions", "{\"schema\": \"nonsense\"}", 422, 42201);
    assertCode("POST", "/subjects/s/versions", "{}", 422, 42201);
    assertCode("POST", "/subjects/s/versions", "{", 400, 400);
    assertCode("GET", "/subjects/s/versions/zero", null, 422, 42202);
    assertCode("PUT", "/config/s", "{\"compatibility\": \"SOME\"}", 422, 42203);
    assertCode("PUT", "/mode", "{\"mode\": \"IMPORT\"}", 422, 42204);
    assertCode("GET", "/nowhere", null, 404, 404);
    assertCode("GET", "/associations/subjects/s", null, 404, 404);
  }

  @Test
  void whateverIsWrongWithASchemaIsSaid() throws Exception {
    for (String schema :
        new String[] {
          record("\\\"type\\\":\\\"int\\\",\\\"default\\\":\\\"x\\\""),
          record("\\\"type\\\":\\\"Nowhere\\\""),
          record("\\\"type\\\":null"),
          "{\"schema\": \"\"}",
          "{\"schema\": \"null null\"}",
          "{\"schema\": \"[[]]\"}",
          "{\"schema\": null}",
          "{\"schema\": \"{\\\"type\\\":\\\"enum\\\",\\\"name\\\":\\\"e\\\"}\"}",
          "{\"schema\": \"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"f\\\",\\\"size\\\":-1}\"}",
          "{\"schemaType\": \"PROTOBUF\", \"schema\": \"syntax\"}",
          "{\"schema\": \"\\\"int\\\"\", \"references\": [{\"name\": \"a\"}]}",
        }) {
      assertCode("POST", "/subjects/s/versions", schema, 422, 42201);
      assertCode("POST", "/compatibility/subjects/s/versions/latest", schema, 422, 42201);
      assertThat(ask("POST", "/compatibility/subjects/s/versions?verbose=true", schema).body())
          .startsWith("{\"is_compatible\":false,\"messages\":[\"");
    }
    assertAnswer("GET", "/subjects", null, 200, "[]");
  }

  private static String record(String type) {
    return "{\"schema\": \"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"r\\\",\\\"fields\\\":[{"
        + "\\\"name\\\":\\\"a\\\","
        + type
        + "}]}\"}";
  }

  @Test
  void whatIsDeletedIsHiddenFirstAndThenGone() throws Exception {
    assertAnswer("PUT", "/config", "{\"compatibility\": \"none\"}", 200, compatibility("NONE"));
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");
    assertAnswer("POST", "/subjects/s/versions", LONG, 200, "{\"id\":2}");
    assertAnswer("POST", "/subjects/t/versions", INT, 200, "{\"id\":1}");

    // One version
    assertCode("DELETE", "/subjects/none/versions/1", null, 404, 40401);
    assertCode("DELETE", "/subjects/s/versions/3", null, 404, 40402);
    assertCode("DELETE", "/subjects/s/versions/1?permanent=true", null, 404, 40407);
    assertAnswer("DELETE", "/subjects/s/versions/latest", null, 200, "2");
    assertCode("DELETE", "/subjects/s/versions/2", null, 404, 40406);
    assertAnswer("GET", "/subjects/s/versions", null, 200, "[1]");
    assertAnswer("GET", "/subjects/s/versions?deleted=true", null, 200, "[1,2]");
    assertAnswer("GET", "/subjects/s/versions?deletedOnly=true", null, 200, "[2]");
    assertCode("GET", "/subjects/s/versions/2", null, 404, 40402);
    assertThat(ask("GET", "/subjects/s/versions/2?deleted=true", null).body()).contains("long");
    assertCode("POST", "/subjects/s", LONG, 404, 40403);
    assertThat(ask("POST", "/subjects/s?deleted=true", LONG).body()).contains("\"version\":2");
    assertAnswer("GET", "/schemas/ids/2", null, 200, "{\"schema\":\"\\\"long\\\"\"}");
    assertAnswer("GET", "/schemas/ids/2/subjects", null, 200, "[]");
    assertAnswer("GET", "/schemas/ids/2/subjects?deleted=true", null, 200, "[\"s\"]");
    assertAnswer("DELETE", "/subjects/s/versions/2?permanent=true", null, 200, "2");
    assertCode("GET", "/schemas/ids/2", null, 404, 40403);

    // The same schema comes again as another one, and the numbers go on
    assertAnswer("POST", "/subjects/s/versions", LONG, 200, "{\"id\":3}");
    assertAnswer("GET", "/subjects/s/versions", null, 200, "[1,2]");

    // A subject
    assertAnswer("PUT", "/config/s", "{\"compatibility\": \"full\"}", 200, compatibility("FULL"));
    assertCode("DELETE", "/subjects/none", null, 404, 40401);
    assertCode("DELETE", "/subjects/s?permanent=true", null, 404, 40405);
    assertAnswer("DELETE", "/subjects/s", null, 200, "[1,2]");
    assertCode("DELETE", "/subjects/s", null, 404, 40404);
    assertAnswer("GET", "/subjects", null, 200, "[\"t\"]");
    assertAnswer("GET", "/subjects?deleted=true", null, 200, "[\"s\",\"t\"]");
    assertAnswer("GET", "/subjects?deletedOnly=true", null, 200, "[\"s\"]");
    assertCode("GET", "/subjects/s/versions", null, 404, 40401);
    assertCode("GET", "/subjects/s/versions/latest", null, 404, 40401);
    assertAnswer("GET", "/schemas/ids/3", null, 200, "{\"schema\":\"\\\"long\\\"\"}");
    assertAnswer("DELETE", "/subjects/s?permanent=true", null, 200, "[1,2]");
    assertAnswer("GET", "/subjects?deleted=true", null, 200, "[\"t\"]");
    assertCode("GET", "/schemas/ids/3", null, 404, 40403);
    assertAnswer("GET", "/schemas/ids/1", null, 200, "{\"schema\":\"\\\"int\\\"\"}");
    assertCode("GET", "/config/s", null, 404, 40408);
  }

  private static String compatibility(String level) {
    return "{\"compatibility\":\"" + level + "\"}";
  }

  @Test
  void nothingIsWrittenInReadOnlyMode() throws Exception {
    String readOnly = "{\"mode\":\"READONLY\"}";
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");
    assertAnswer("GET", "/mode", null, 200, "{\"mode\":\"READWRITE\"}");
    assertCode("GET", "/mode/s", null, 404, 40409);
    assertAnswer("GET", "/mode/s?defaultToGlobal=true", null, 200, "{\"mode\":\"READWRITE\"}");

    assertAnswer("PUT", "/mode/s", "{\"mode\":\"readonly\"}", 200, readOnly);

    assertAnswer("GET", "/mode/s", null, 200, readOnly);
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");
    assertCode("POST", "/subjects/s/versions", LONG, 422, 42205);
    assertCode("DELETE", "/subjects/s", null, 422, 42205);
    assertCode("DELETE", "/subjects/s/versions/1", null, 422, 42205);
    assertCode("PUT", "/config/s", "{\"compatibility\": \"NONE\"}", 422, 42205);
    assertAnswer("POST", "/subjects/t/versions", LONG, 200, "{\"id\":2}");
    assertAnswer("DELETE", "/mode/s", null, 200, readOnly);
    assertCode("DELETE", "/mode/s", null, 404, 40401);
    assertAnswer("PUT", "/mode", readOnly, 200, readOnly);
    assertCode("POST", "/subjects/u/versions", TEXT, 422, 42205);
    assertAnswer("DELETE", "/mode", null, 200, readOnly);
    assertAnswer("POST", "/subjects/u/versions", TEXT, 200, "{\"id\":3}");
  }

  @Test
  void whatCommonClientsListIsThere() throws Exception {
    assertAnswer("POST", "/subjects/a-1/versions", INT, 200, "{\"id\":1}");
    assertAnswer("POST", "/subjects/a-2/versions", INT, 200, "{\"id\":1}");
    assertAnswer("POST", "/subjects/b/versions", TEXT, 200, "{\"id\":2}");

    assertAnswer("GET", "/subjects?subjectPrefix=a-", null, 200, "[\"a-1\",\"a-2\"]");
    assertAnswer("GET", "/subjects?subjectPrefix=%3A*%3Ab", null, 200, "[\"b\"]");
    assertAnswer("GET", "/subjects?offset=1&limit=1", null, 200, "[\"a-2\"]");
    assertAnswer("GET", "/subjects?offset=7&limit=-1", null, 200, "[]");
    assertCode("GET", "/subjects?offset=x", null, 400, 400);
    assertAnswer("GET", "/schemas/types", null, 200, "[\"AVRO\"]");
    assertAnswer(
        "GET",
        "/schemas?subjectPrefix=b&latestOnly=true",
        null,
        200,
        "[{\"subject\":\"b\",\"version\":1,\"id\":2,\"schema\":\"\\\"string\\\"\"}]");
    assertAnswer("GET", "/schemas/ids/2/schema", null, 200, "\"string\"");
    assertAnswer("GET", "/subjects/b/versions/latest/schema", null, 200, "\"string\"");
    assertAnswer("GET", "/subjects/b/versions/1/referencedby", null, 200, "[]");
    assertAnswer("GET", "/schemas/ids/1/subjects", null, 200, "[\"a-1\",\"a-2\"]");
    assertAnswer(
        "GET",
        "/schemas/ids/1/versions",
        null,
        200,
        "[{\"subject\":\"a-1\",\"version\":1},{\"subject\":\"a-2\",\"version\":1}]");
    assertCode("GET", "/schemas/ids/9/versions", null, 404, 40403);
    assertAnswer("GET", "/contexts", null, 200, "[\".\"]");
    assertAnswer(
        "GET",
        "/v1/metadata/id",
        null,
        200,
        "{\"scope\":{\"path\":[],\"clusters\":{\"kafka-cluster\":\"visit-balance-embedded\","
            + "\"schema-registry-cluster\":\"schema-registry\"}},\"id\":\"\"}");
    String program = Main.class.getAnnotation(CommandLine.Command.class).version()[0];
    assertThat("visit-balance " + version()).isEqualTo(program);
  }

  private String version() throws Exception {
    String body = ask("GET", "/v1/metadata/version", null).body();
    return JsonTrees.parse(body).path("version").asText();
  }

  @Test
  void propertiesInAnotherOrderAreTheSameSchemaWhereTheClientSaysSo() throws Exception {
    String one = "{\"schema\": \"{\\\"type\\\":\\\"int\\\",\\\"b\\\":1,\\\"a\\\":2}\"}";
    String other = "{\"schema\": \"{\\\"a\\\":2,\\\"b\\\":1,\\\"type\\\":\\\"int\\\"}\"}";
    assertAnswer("POST", "/subjects/s/versions", one, 200, "{\"id\":1}");

    assertCode("POST", "/subjects/s", other, 404, 40403);
    assertThat(ask("POST", "/subjects/s?normalize=true", other).body()).contains("\"version\":1");
    assertAnswer("POST", "/subjects/s/versions?normalize=true", other, 200, "{\"id\":1}");
    assertAnswer("POST", "/subjects/s/versions", other, 200, "{\"id\":2}");
  }

  @Test
  void levelsAreSetAndHold() throws Exception {
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");
    assertAnswer("GET", "/config", null, 200, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
    String check = "/compatibility/subjects/s/versions/latest?verbose=true";
    assertThat(ask("POST", check, LONG).body())
        .contains("\"is_compatible\":false", "TYPE_MISMATCH");

    assertAnswer(
        "PUT",
        "/config/s",
        "{\"compatibility\": \"BACKWARD\"}",
        200,
        "{\"compatibility\":\"BACKWARD\"}");

    assertAnswer("GET", "/config/s", null, 200, "{\"compatibilityLevel\":\"BACKWARD\"}");
    assertAnswer(
        "GET",
        "/config/t?defaultToGlobal=true",
        null,
        200,
        "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
    assertThat(ask("POST", check, LONG).body()).contains("\"is_compatible\":true");
    assertAnswer("POST", "/subjects/s/versions", LONG, 200, "{\"id\":2}");
    assertAnswer(
        "POST", "/compatibility/subjects/s/versions/1", TEXT, 200, "{\"is_compatible\":false}");
    String unknown = "/compatibility/subjects/t/versions";
    assertAnswer("POST", unknown, TEXT, 200, "{\"is_compatible\":true}");
    assertAnswer("POST", unknown + "/latest", TEXT, 200, "{\"is_compatible\":true}");
    assertCode("POST", unknown + "/1", TEXT, 404, 40402);
    assertAnswer("PUT", "/config", "{\"compatibility\": \"none\"}", 200, compatibility("NONE"));
    assertAnswer("GET", "/config", null, 200, "{\"compatibilityLevel\":\"NONE\"}");
    assertAnswer("DELETE", "/config/s", null, 200, "{\"compatibilityLevel\":\"BACKWARD\"}");
    assertCode("DELETE", "/config/s", null, 404, 40401);
    assertAnswer("DELETE", "/config", null, 200, "{\"compatibilityLevel\":\"NONE\"}");
    assertAnswer("GET", "/config", null, 200, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}");
  }

  @Test
  void onlyProgramsOfThisMachineAreServed() throws Exception {
    int port = URI.create(server.url()).getPort();
    for (String head : new String[] {"Host: evil.test:" + port, "Host: 127.0.0.1.evil.test"}) {
      assertThat(raw("GET /subjects HTTP/1.1\r\n" + head + "\r\n\r\n")).startsWith("HTTP/1.1 403");
    }
    String own = "GET /subjects HTTP/1.1\r\nHost: localhost:" + port + "\r\n";
    assertThat(raw(own + "Origin: https://evil.test\r\n\r\n")).startsWith("HTTP/1.1 403");
    assertThat(raw(own + "\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aGiantOrDeepSchemaIsRefused() throws Exception {
    assertCode("POST", "/subjects/s/versions", "x".repeat(2 << 20), 413, 413);
    String wide = "\\\"" + "x".repeat(300_000) + "\\\"";
    assertCode("POST", "/subjects/s/versions", "{\"schema\": \"" + wide + "\"}", 422, 42201);
    String deep =
        "{\\\"type\\\":\\\"array\\\",\\\"items\\\":".repeat(5_000)
            + "\\\"int\\\""
            + "}".repeat(5_000);
    assertCode("POST", "/subjects/s/versions", "{\"schema\": \"" + deep + "\"}", 422, 42201);
    assertAnswer("POST", "/subjects/s/versions", INT, 200, "{\"id\":1}");
  }

  @Test
  void slowBodiesKeepNobodyWaiting() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = connect();
        socket
            .getOutputStream()
            .write(
                "POST /subjects/s/versions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                    .getBytes(UTF_8));
        slow.add(socket);
      }
      assertAnswer("GET", "/subjects", null, 200, "[]");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private Socket connect() throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      byte[] answer = new byte[100];
      return new String(answer, 0, Math.max(0, socket.getInputStream().read(answer)), UTF_8);
    }
  }

  @Test
  void ourOwnClientSpeaksIt() {
    SchemaRegistry registry = SchemaRegistries.open(Map.of("schema.registry.url", server.url()));
    Schema number = Schema.create(Schema.Type.INT);
    Schema text = Schema.create(Schema.Type.STRING);

    assertThat(registry.conflicts("a/b +", text)).isEmpty();
    assertThat(registry.register("a/b +", number)).isEqualTo(1);
    assertThat(registry.byId(1)).isEqualTo(number);
    assertThat(registry.latest("a/b +")).isEqualTo(registry.lookUp("a/b +", number));
    assertThat(registry.conflicts("a/b +", text)).hasSize(2);
    assertThatThrownBy(() -> registry.register("a/b +", text))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("version 1");
    registry.setLevel("a/b +", CompatibilityLevel.NONE);
    registry.setLevel(null, CompatibilityLevel.FULL);
    assertThat(registry.level("a/b +")).isEqualTo(CompatibilityLevel.NONE);
    assertThat(registry.level(null)).isEqualTo(CompatibilityLevel.FULL);
    assertThat(registry.register("a/b +", text)).isEqualTo(2);
  }

  private void assertCode(String method, String path, String body, int status, int code)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, body);
    assertThat(answer.body()).contains("\"error_code\":" + code + ",", "\"message\":\"");
    assertThat(answer.statusCode()).isEqualTo(status);
  }

  private void assertAnswer(String method, String path, String body, int status, String expected)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, body);
    assertThat(answer.body()).isEqualTo(expected);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.schemaregistry.v1+json");
  }

  private HttpResponse<String> ask(String method, String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
