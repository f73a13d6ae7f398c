package org.visitbalance.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.TestKeystore;

/** A registry behind TLS, whose certificate only the configuration knows. */
@Tag("slow")
class RegistryTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;
  private HttpsServer server;

  @BeforeEach
  void start() throws Exception {
    Path store = folder.resolve("registry.p12");
    TestKeystore.make(store, PASSWORD, "registry", "ip:127.0.0.1");
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            StubRegistry.says(200, "{\"id\":7}").to(exchange);
          }
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void isTrustedByTheTruststore() {
    assertThat(Files.exists(folder.resolve("registry.p12"))).isTrue();
    SchemaRegistry registry =
        SchemaRegistries.open(
            Map.of(
                "schema.registry.url",
                url(),
                "schema.registry.ssl.truststore.location",
                folder.resolve("registry.p12").toString(),
                "schema.registry.ssl.truststore.type",
                "PKCS12",
                "schema.registry.ssl.truststore.password",
                PASSWORD));

    assertThat(registry.register("s", Schema.create(Schema.Type.INT))).isEqualTo(7);
  }

  @Test
  void isNotTrustedWithoutIt() {
    SchemaRegistry registry =
        SchemaRegistries.open(Map.of("schema.registry.url", url(), "max.retries", 0));

    assertThatThrownBy(() -> registry.register("s", Schema.create(Schema.Type.INT)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("SSLHandshakeException");
  }

  private String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }
}
