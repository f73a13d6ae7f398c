package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.access.ClaimRules;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.signin.Registration;
import org.visitbalance.query.signin.SignIn;

/**
 * The service as most companies run it: behind a real nginx that ends TLS, with the settings of
 * docs/sign-in.md and no others.
 */
@Timeout(180)
@Tag("slow")
class SignInBehindProxyTest {
  private static final String SESSION = "__Host-visit-balance-session";

  @TempDir private static Path folder;
  private static Installation here;
  private static OidcServer provider;
  private static QueryService web;
  private static Process nginx;
  private static Browser browser;
  private static String root;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        Stream.of("/usr/sbin/nginx", "/usr/bin/openssl")
            .allMatch(one -> Files.exists(Path.of(one))),
        "no nginx or no openssl on this machine: apt-get install nginx-light openssl");
    int port = OidcServer.freePort();
    root = "https://127.0.0.1:" + port;
    provider = OidcServer.start(root + "/sign-in/return", 3_600);
    here = Installation.shared();
    web =
        QueryService.start(
            new QueryService.Plan(
                new ApiServer.Place("127.0.0.1", 0, null, null),
                here.authenticator(),
                new SignIn(
                    new Registration(
                        provider.issuer(),
                        OidcServer.CLIENT,
                        OidcServer.SECRET,
                        URI.create(root + "/sign-in/return"),
                        List.of("openid"),
                        Duration.ofHours(12),
                        new SecretKeySpec(new byte[32], "AES"),
                        new ClaimRules("sub", "roles", "tenants", "locations", false)),
                    InstantSource.system()),
                Duration.ofMinutes(5),
                here.faults::add),
            new QueryService.Cluster(here.clients, here.serdes, ""),
            Database.temporary(),
            here.service,
            null,
            InstantSource.system());
    here.settle(web.port());
    proxy(port);
    browser = Browser.start(port);
    browser.look(1300, false);
  }

  private static void proxy(int port) throws IOException, InterruptedException {
    run(
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -days 2"
            + " -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem");
    Files.writeString(
        folder.resolve("nginx.conf"),
        """
        daemon off;
        pid nginx.pid;
        error_log error.log;
        events {}
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          server {
            listen 127.0.0.1:%d ssl;
            ssl_certificate cert.pem;
            ssl_certificate_key key.pem;
            location / {
              proxy_pass http://127.0.0.1:%d;
              proxy_set_header Host $http_host;
              proxy_buffer_size 16k;
              proxy_buffers 8 16k;
            }
          }
        }
        """
            .formatted(port, web.port()));
    nginx =
        new ProcessBuilder("/usr/sbin/nginx", "-p", folder + "/", "-c", "nginx.conf")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
  }

  private static void run(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command.split(" "))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    assertThat(process.waitFor()).as(command).isZero();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (nginx != null) {
      nginx.destroy();
    }
    if (web != null) {
      web.close();
    }
    if (provider != null) {
      provider.close();
    }
  }

  @Test
  void aPersonSignsInWorksAndSignsOutOverTls() {
    browser.driver.get(root + "/#/work?kind=LOST_AFTER_ACCEPTANCE");
    browser.click(".signin a.main");
    browser.see("input[name=login]").sendKeys("worker-HARBOR");
    browser.find("input[name=password]").sendKeys("any");
    browser.click("button[type=submit]");

    // The stream of changes comes through, and the session is for this host and TLS only.
    browser.see(".fresh.live");
    assertThat(browser.hash()).isEqualTo("#/work?kind=LOST_AFTER_ACCEPTANCE");
    Cookie session = browser.driver.manage().getCookieNamed(SESSION);
    assertThat(session.isSecure()).isTrue();
    assertThat(session.isHttpOnly()).isTrue();
    assertThat(session.getPath()).isEqualTo("/");

    // What is written is accepted, so the proxy does not look like another site.
    browser.click("#work tbody a.token");
    browser.see(".timeline li");
    browser.driver.findElement(By.xpath("//main//button[starts-with(., 'Reveal')]")).click();
    browser.see(".reveal dd.token");

    browser.click(".who button");
    browser.click("button[name=logout]");
    browser.see(".signin a.main");
    await("no session", () -> browser.driver.manage().getCookieNamed(SESSION) == null);
  }
}
