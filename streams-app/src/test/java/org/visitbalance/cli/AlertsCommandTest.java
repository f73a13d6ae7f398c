package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code alerts check} and {@code alerts test}. */
class AlertsCommandTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir private Path folder;

  private Path routes(String text) throws IOException {
    Files.writeString(folder.resolve("secret"), SECRET);
    return Files.writeString(folder.resolve("routes.yaml"), text);
  }

  private String webhook(String more) {
    return """
    routes:
      - name: desk
        webhook:
          url: https://desk.example.com/hook
          secrets: [{secretFile: %s}]
        %s
    """
        .formatted(folder.resolve("secret"), more);
  }

  @Test
  void theExampleCanBeUsedThoughItsSecretsAreNotHere() {
    Program.Ran ran = Program.run("alerts", "check", Path.of("..", "ops", "alerts", "routes.yaml"));

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("alertmanager: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kinds: [MISING_CHARGE] | 6 | routes[1].kinds | MISSING_CHARGE",
        "severities: [BAD] | 6 | routes[1].severities | allowed are HIGH, MEDIUM, LOW",
        "settle: 5m | 6 | routes[1].settle | must be a duration such as PT15M or P3D",
        "tenants: [] | 6 | routes[1].tenants | is empty; leave it out to allow every value",
        "tenant: [T1] | 6 | routes[1].tenant | is not a known key; allowed are name, webhook",
        "alertmanager: {urls: [x]} | 2 | routes[1] | must have either webhook or alertmanager",
      })
  void whatCannotBeUsedIsSaidWithItsPlaceAndWhatIsAllowed(
      String line, int at, String key, String wanted) throws IOException {
    Program.Ran ran = Program.run("alerts", "check", routes(webhook(line)));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("routes.yaml:" + at + ": '" + key + "'").contains(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://169.254.169.254/latest | must not be a link-local address",
        "http://2852039166/ | must not be a link-local address",
        "http://[fe80::1]/ | must not be a link-local address",
        "http://[::ffff:169.254.169.254]/ | must not be a link-local address",
        "https://me:hunter2@desk.example.com/ | must not have a user or a password in it",
        "https://other.example.com/ | has a webhook whose host is not in webhookHosts",
        "https://example.com/ | has a webhook whose host is not in webhookHosts",
      })
  void anAddressThatIsNotAllowedIsRefused(String url, String wanted) throws IOException {
    String hosts = "webhookHosts: [desk.example.com, '*.desk.example.com']\n";
    Path file = routes(hosts + webhook("").replace("https://desk.example.com/hook", url));

    Program.Ran ran = Program.run("alerts", "check", file);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("routes.yaml:").contains(wanted).doesNotContain("hunter2");
  }

  /** It would not be sent, and that of the page would stand in every message. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "page: https://me:hunter2@a.example.com | 'page'",
        "page: https://hunter2@a.example.com | 'page'",
        "routes: [{name: a, alertmanager: {urls: ['http://me:hunter2@a:9093']}}] | routes[1].alertmanager.urls",
        "routes: [{name: a, webhook: {urlFile: {file}, secrets: []}}] | routes[1].webhook",
        "mail: {api: 'http://me:hunter2@a', smtp: {host: a}, from: a@b, digests: [{name: a, tenant: T, to: [a@b]}]} | mail.api",
      })
  void aPasswordInAnAddressIsRefusedAndNotShown(String text, String place) throws IOException {
    Path address = Files.writeString(folder.resolve("address"), "https://me:hunter2@a.example.com");
    Path file = routes(text.replace("{file}", address.toString()) + "\n");

    Program.Ran ran = Program.run("alerts", "check", file);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains(place, "must not have a user or a password in it")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://DESK.example.com/hook", "https://a.desk.example.com/hook"})
  void anAllowedHostIsAccepted(String url) throws IOException {
    String hosts = "webhookHosts: [desk.example.com, '*.Desk.example.com']\n";
    Path file = routes(hosts + webhook("").replace("https://desk.example.com/hook", url));

    assertThat(Program.run("alerts", "check", file).exit()).isZero();
  }

  @Test
  void aSecretThatIsNoneIsNotShown() throws IOException {
    Path file = routes(webhook(""));
    Files.writeString(folder.resolve("secret"), "hunter2");
    Program.Ran ran = Program.run("alerts", "check", file);

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains("is whsec_ followed by 24 to 64 bytes in base64")
        .doesNotContain("hunter2");
  }

  @Test
  void aTestSendsAMarkedAndSignedMessageAndSaysWhatCameBack() throws Exception {
    AtomicReference<Map<String, List<String>>> headers = new AtomicReference<>();
    AtomicReference<String> body = new AtomicReference<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    int[] status = {200};
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            headers.set(Map.copyOf(exchange.getRequestHeaders()));
            body.set(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(status[0], 0);
            exchange.getResponseBody().write("thank you".getBytes(UTF_8));
          }
        });
    server.start();
    try {
      String there = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
      Path file = routes(webhook("").replace("https://desk.example.com/hook", there));
      Program.Ran ran = Program.run("alerts", "test", "desk", "--routes", file);

      assertThat(ran.exit()).as(ran.err()).isZero();
      assertThat(ran.out()).contains("ok 127.0.0.1 HTTP 200: thank you");
      assertThat(body.get()).contains("\"kind\":\"TEST\"").contains("This is a test");
      new Webhook(SECRET).verify(body.get(), headers.get());

      status[0] = 403;
      ran = Program.run("alerts", "test", "desk", "--routes", file);
      assertThat(ran.exit()).isEqualTo(1);
      assertThat(ran.out()).contains("failed 127.0.0.1 HTTP 403");
    } finally {
      server.stop(0);
    }
    Program.Ran ran = Program.run("alerts", "test", "other", "--routes", routes(webhook("")));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("has no route 'other'; its routes are desk");
  }

  private String mail(String smtp, String digest) {
    return """
    page: https://balance.example.com
    mail:
      tokenFile: %s
      smtp: {host: 127.0.0.1, port: 1%s}
      from: Visit Balance <balance@example.com>
      digests:
        - {name: morning, tenant: T1, to: [billing@example.com]%s}
    """
        .formatted(folder.resolve("secret"), smtp, digest);
  }

  @Test
  void aMailNeedsNoRouteAndIsListed() throws IOException {
    Program.Ran ran =
        Program.run(
            "alerts",
            "check",
            routes(mail("", ", at: \"06:30\", days: [MON, FRI], groups: [East]")));

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).isEqualTo("morning: mail of T1 to billing@example.com at 06:30\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x | , tls: SSL | '' | mail.smtp.tls | must be STARTTLS, TLS or NONE",
        "x | , user: me | '' | mail.smtp | both user and passwordEnv",
        "x | , 'tls: NONE, user: me, passwordFile: {secret}' | '' | mail.smtp | in the clear",
        "x | '' | , at: 7am | mail.digests[1].at | such as \"07:00\"",
        "x | '' | , days: [MONDAY] | mail.digests[1].days | allowed are MON, TUE",
        "x | '' | , cc: [x] | mail.digests[1].cc | allowed are name, tenant, to",
      })
  void aMailThatCannotBeUsedIsSaid(
      String any, String smtp, String digest, String where, String what) throws IOException {
    String server = smtp.replace("'", "").replace("{secret}", folder.resolve("secret").toString());
    Program.Ran ran = Program.run("alerts", "check", routes(mail(server, digest)));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains(where).contains(what).doesNotContain(SECRET);
  }

  @Test
  void aMailThatIsTriedSaysWhatHappened() throws IOException {
    String text = mail("", "").replace("https://balance.example.com", "http://127.0.0.1:1");
    Program.Ran ran = Program.run("alerts", "mail", "morning", "--routes", routes(text));

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).isEqualTo("failed 127.0.0.1: no connection: ConnectException\n");
    assertThat(Program.run("alerts", "mail", "noon", "--routes", routes(text)).err())
        .contains("has no mail 'noon'; its mails are morning");
  }
}
