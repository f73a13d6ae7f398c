package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.topology.Topics;

/** The command serve in a process of its own: over TLS, and with a log that machines read. */
@Timeout(180)
@Tag("slow")
class SecureServeTest {
  private static final String PATIENT = "PLANTED-PATIENT-4711";
  private static final String PASSWORD = "a store's own";
  private static final Pattern HTTPS = Pattern.compile("https://[0-9.]+:([0-9]+)/");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static EmbeddedCluster cluster;
  private static ServiceProcess serve;
  private static Path keystore;
  private static HttpClient client;
  private static String address;

  @BeforeAll
  static void start() throws Exception {
    keystore = folder.resolve("web.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "web",
                "-keyalg",
                "RSA",
                "-dname",
                "CN=visit-balance",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor()).isZero();
    cluster = EmbeddedCluster.temporary();
    TopicProvisioner.create(clients(), "", 1);
    serve = start(folder, Map.of());
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> !serve.isAlive() || HTTPS.matcher(serve.log()).find());
    Matcher said = HTTPS.matcher(serve.log());
    assertThat(said.find()).as(serve.log()).isTrue();
    address = "https://127.0.0.1:" + said.group(1);
    client = HttpClient.newBuilder().sslContext(trusting()).build();
  }

  @AfterAll
  static void stop() {
    serve.stop();
    cluster.close();
  }

  private static Map<String, Object> clients() {
    return cluster.clients();
  }

  private static ServiceProcess start(Path own, Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "VISIT_BALANCE_TOKEN_KEY",
                ServiceProcess.TOKEN_KEY,
                "VISIT_BALANCE_HTTP_PORT",
                "0",
                "VISIT_BALANCE_HTTP_KEYSTORE",
                keystore.toString(),
                "VISIT_BALANCE_HTTP_KEYSTORE_PASSWORD",
                PASSWORD));
    environment.putAll(more);
    return ServiceProcess.start(
        own,
        environment,
        "--bootstrap",
        cluster.bootstrapServers(),
        "--registry",
        cluster.registryUrl());
  }

  private static SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keystore)) {
      store.load(in, PASSWORD.toCharArray());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void whoTrustsItsCertificateIsAnswered() throws Exception {
    HttpResponse<String> live = send(HttpRequest.newBuilder(URI.create(address + "/health/live")));

    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(live.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=31536000");
    assertThat(live.sslSession().orElseThrow().getProtocol()).isIn("TLSv1.2", "TLSv1.3");
  }

  @Test
  void whoSpeaksPlainlyOrAnOldProtocolIsNot() {
    URI plain = URI.create(address.replace("https", "http") + "/health/live");
    assertThatThrownBy(
            () ->
                HttpClient.newHttpClient()
                    .send(
                        HttpRequest.newBuilder(plain).build(),
                        HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);

    SSLParameters old = new SSLParameters();
    old.setProtocols(new String[] {"TLSv1.1"});
    assertThatThrownBy(
            () ->
                HttpClient.newBuilder()
                    .sslContext(trusting())
                    .sslParameters(old)
                    .build()
                    .send(
                        HttpRequest.newBuilder(URI.create(address + "/health/live")).build(),
                        HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void aKeystoreThatCannotBeUsedIsSaidAndNothingIsServed() throws Exception {
    for (Map<String, String> wrong :
        List.of(
            Map.of("VISIT_BALANCE_HTTP_KEYSTORE_PASSWORD", "another"),
            Map.of("VISIT_BALANCE_HTTP_KEYSTORE", folder.resolve("nowhere.p12").toString()))) {
      Path own = Files.createTempDirectory(folder, "wrong");
      ServiceProcess other = start(own, wrong);

      assertThat(other.exit()).as(other.log()).isEqualTo(2);
      assertThat(other.log()).contains("keystore").doesNotContain("\tat ", "another");
    }
  }

  @Test
  void itsLogIsAnObjectALineAndTellsNothingOfPatients() throws Exception {
    // Given a record that cannot be read, a request that is none and a fact that is none
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] bytes = PATIENT.getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(Topics.VISITS.name(), bytes, bytes)).get();
    }
    send(
        HttpRequest.newBuilder(
            URI.create(address + "/api/v1/visits/" + PATIENT + "?q=" + PATIENT)));
    send(
        HttpRequest.newBuilder(URI.create(address + "/api/v1/facts"))
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString("{\"patientKey\":\"" + PATIENT + "\"")));
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                serve.log().contains("RUNNING")
                    && send(HttpRequest.newBuilder(URI.create(address + "/metrics")))
                        .body()
                        .matches("(?s).*dead_letter[^\n]* 1\\.0.*"));

    // Then each line but those for a person is JSON, and the states of the instance are among them
    List<JsonNode> lines = new ArrayList<>();
    for (String line : serve.log().lines().toList()) {
      if (!line.startsWith("visit-balance: ")) {
        lines.add(JSON.readTree(line));
      }
    }
    assertThat(lines).allMatch(line -> line.has("timestamp") && line.has("level"));
    assertThat(lines)
        .anyMatch(line -> line.path("formattedMessage").asText().equals("serving"))
        .anyMatch(line -> line.path("kvpList").toString().contains("RUNNING"));
    assertThat(serve.log()).doesNotContain(PATIENT);
    assertThat(lines)
        .as("nothing is the matter, so that there is little to say")
        .hasSizeLessThan(60);
  }
}
