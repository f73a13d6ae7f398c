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
import org.visitbalance.embedded.RegistryServer;

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
    assertCode("POST", "/subjects/s/versions", TEXT, 409, 409);
    assertCode("POST", "/subjects/s/versions", "{\"schema\": \"nonsense\"}", 422, 42201);
    assertCode("POST", "/subjects/s/versions", "{}", 422, 42201);
    assertCode("POST", "/subjects/s/versions", "{", 400, 400);
    assertCode("GET", "/subjects/s/versions/zero", null, 422, 42202);
    assertCode("PUT", "/config/s", "{\"compatibility\": \"SOME\"}", 422, 42203);
    assertCode("GET", "/nowhere", null, 404, 404);
    assertCode("DELETE", "/subjects/s", null, 404, 404);
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
    assertThat(ask("POST", "/compatibility/subjects/s/versions/1", TEXT).body())
        .contains("\"is_compatible\":false");
    assertAnswer(
        "PUT", "/config", "{\"compatibility\": \"NONE\"}", 200, "{\"compatibility\":\"NONE\"}");
    assertAnswer("GET", "/config", null, 200, "{\"compatibilityLevel\":\"NONE\"}");
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
