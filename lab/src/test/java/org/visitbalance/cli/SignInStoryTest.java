package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.WindowType;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.access.ClaimRules;
import org.visitbalance.query.http.ApiServer;
import org.visitbalance.query.model.Database;
import org.visitbalance.query.signin.Registration;
import org.visitbalance.query.signin.SignIn;

/** People sign in and out in a real browser, at a real OpenID Connect provider. */
@Timeout(180)
@Tag("slow")
class SignInStoryTest {
  private static final String SESSION = "visit-balance-session";
  private static final Duration LONGEST = Duration.ofHours(12);

  private static Installation here;
  private static OidcServer provider;
  private static QueryService web;
  private static Browser browser;

  /** How far the service's clock is ahead of the provider's: a session ages without waiting. */
  private static final AtomicReference<Duration> AHEAD = new AtomicReference<>(Duration.ZERO);

  @BeforeAll
  static void start() {
    int port = OidcServer.freePort();
    provider = OidcServer.start("http://127.0.0.1:" + port + "/sign-in/return", 3_600);
    here = Installation.shared();
    web = open(port);
    here.settle(web.port());
    browser = Browser.start(port);
    browser.look(1300, false);
  }

  private static QueryService open(int port) {
    return QueryService.start(
        new QueryService.Plan(
            new ApiServer.Place("127.0.0.1", port, null, null),
            here.authenticator(),
            new SignIn(
                new Registration(
                    provider.issuer(),
                    OidcServer.CLIENT,
                    OidcServer.SECRET,
                    URI.create("http://127.0.0.1:" + port + "/sign-in/return"),
                    List.of("openid"),
                    LONGEST,
                    new SecretKeySpec(new byte[32], "AES"),
                    new ClaimRules("sub", "roles", "tenants", "locations", false)),
                () -> Instant.now().plus(AHEAD.get())),
            Duration.ofMinutes(5),
            here.faults::add),
        new QueryService.Cluster(here.clients, here.serdes, ""),
        Database.temporary(),
        here.service,
        null,
        InstantSource.system());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (web != null) {
      web.close();
    }
    if (provider != null) {
      provider.close();
    }
  }

  @BeforeEach
  void forget() {
    AHEAD.set(Duration.ZERO);
    browser.driver.get(provider.issuer() + "/none");
    browser.driver.manage().deleteAllCookies();
    browser.open("today", null);
    browser.driver.manage().deleteAllCookies();
  }

  @AfterEach
  void oneWindow() {
    List<String> windows = List.copyOf(browser.driver.getWindowHandles());
    for (String one : windows.subList(1, windows.size())) {
      browser.driver.switchTo().window(one).close();
    }
    browser.driver.switchTo().window(windows.get(0));
  }

  /** Opens a view as nobody, and follows the link to the provider. */
  private static void signInAs(String user, String view) {
    browser.driver.get("http://127.0.0.1:" + web.port() + "/#/" + view);
    browser.driver.navigate().refresh();
    browser.click(".signin a.main");
    browser.see("input[name=login]").sendKeys(user);
    browser.find("input[name=password]").sendKeys("any");
    browser.click("button[type=submit]");
  }

  private static Cookie session() {
    return browser.driver.manage().getCookieNamed(SESSION);
  }

  private HttpResponse<String> ask(String method, String path, String cookie, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (cookie != null) {
      request.header("Cookie", SESSION + "=" + cookie);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return here.send(request.build());
  }

  @Test
  void aPersonSignsInAndComesBackToTheViewThatWasOpened() {
    signInAs("worker-HARBOR", "work?kind=HELD");

    browser.see(".fresh.live");
    assertThat(browser.hash()).isEqualTo("#/work?kind=HELD");
    assertThat(browser.text(".user")).isEqualTo("worker-HARBOR");
    // What the browser keeps is out of the page's reach, and says nothing.
    Cookie cookie = session();
    assertThat(cookie.isHttpOnly()).isTrue();
    assertThat(cookie.getSameSite()).isEqualTo("Strict");
    assertThat(cookie.getValue()).doesNotContain("worker", "HARBOR");
    assertThat(browser.run("return document.cookie")).isEqualTo("");
    assertThat(
            browser
                .run("return JSON.stringify([{ ...sessionStorage }, { ...localStorage }])")
                .toString())
        .doesNotContain("worker", "HARBOR", "token");
    assertThat(browser.driver.manage().getCookies())
        .extracting(Cookie::getName)
        .noneMatch(name -> name.startsWith("visit-balance-sign-in"));
    // Another instance, or this one after a restart, knows the session too.
    QueryService other = open(OidcServer.freePort());
    try {
      HttpRequest me =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + other.port() + "/api/v1/me"))
              .header("Cookie", SESSION + "=" + cookie.getValue())
              .build();
      assertThat(here.send(me).body()).contains("worker-HARBOR", "\"session\":true");
    } finally {
      other.close();
    }
    String own = "127.0.0.1:" + web.port();
    browser.assertQuiet(
        message ->
            !message.contains(own)
                || message.contains("(Unauthorized)")
                || message.contains("(Forbidden)"));
  }

  @Test
  void aSignInThatWasStartedElsewhereIsRefused() {
    for (String query :
        new String[] {"", "?code=x", "?code=x&state=other", "?error=access_denied&state=other"}) {
      browser.driver.get("http://127.0.0.1:" + web.port() + "/sign-in/return" + query);

      browser.see(".problem", "was not started in this browser");
      assertThat(session()).isNull();
    }
    browser.click(".problem a");
    browser.see(".signin a.main");
  }

  @Test
  void aStateThatWasChangedOnItsWayIsRefused() {
    browser.driver.get("http://127.0.0.1:" + web.port() + "/#/today");
    browser.driver.navigate().refresh();
    browser.click(".signin a.main");
    browser.see("input[name=login]");
    Set<Cookie> before = browser.driver.manage().getCookies();
    browser.driver.get(
        "http://127.0.0.1:" + web.port() + "/sign-in/return?code=stolen&state=guessed");

    browser.see(".problem", "was not started in this browser");
    assertThat(session()).isNull();
    assertThat(before).isNotEmpty();
  }

  @Test
  void aSessionIsRenewedInSilenceAndEndsInTheEnd() {
    signInAs("viewer-HARBOR", "today");
    browser.see(".fresh.live");
    String first = session().getValue();

    // Two tabs ask at the same time: the provider takes its refresh token once.
    AHEAD.set(Duration.ofMinutes(20));
    browser.run(
        "return Promise.all([1, 2, 3, 4].map(() => fetch('/api/v1/me')))"
            + ".then((all) => all.map((one) => one.status).join())");
    assertThat(
            browser.run(
                "return Promise.all([1, 2, 3, 4].map(() => fetch('/api/v1/me')))"
                    + ".then((all) => all.map((one) => one.status).join())"))
        .isEqualTo("200,200,200,200");
    assertThat(session().getValue()).isNotEqualTo(first);

    AHEAD.set(LONGEST.plusMinutes(1));
    browser.see(".signin a.main");
    await("the cookie to be gone", () -> session() == null);
    assertThat(ask("GET", "/api/v1/me", first).statusCode()).isEqualTo(401);
  }

  @Test
  void whoSignsOutInOneTabIsSignedOutInAll() {
    signInAs("worker-HARBOR", "today");
    browser.see(".fresh.live");
    String cookie = session().getValue();
    String one = browser.driver.getWindowHandle();
    browser.driver.switchTo().newWindow(WindowType.TAB);
    browser.driver.get("http://127.0.0.1:" + web.port() + "/#/work");
    browser.see(".fresh.live");
    String two = browser.driver.getWindowHandle();

    browser.driver.switchTo().window(one);
    browser.see(".who button");
    browser.driver.findElement(By.cssSelector(".who button")).click();
    // The provider asks whether to sign out there as well.
    browser.click("button[name=logout]");
    browser.see(".signin a.main");
    assertThat(session()).isNull();

    browser.driver.switchTo().window(two);
    browser.see(".signin a.main");
    assertThat(browser.text("main")).doesNotContain("HARBOR");
    // A copy of the cookie is of no use.
    assertThat(ask("GET", "/api/v1/me", cookie).statusCode()).isEqualTo(401);

    // Who signs in again in one tab is signed in in both.
    signInAs("viewer-HARBOR", "today");
    browser.see(".fresh.live");
    browser.driver.switchTo().window(one);
    browser.run("document.dispatchEvent(new Event('visibilitychange'))");
    browser.see(".user", "viewer-HARBOR");
  }

  @Test
  void twoTabsMaySignInAtTheSameTime() {
    browser.driver.get("http://127.0.0.1:" + web.port() + "/#/late");
    browser.driver.navigate().refresh();
    browser.click(".signin a.main");
    browser.see("input[name=login]");
    String one = browser.driver.getWindowHandle();
    browser.driver.switchTo().newWindow(WindowType.TAB);
    signInAs("viewer-HARBOR", "work");
    browser.see(".user", "viewer-HARBOR");

    browser.driver.switchTo().window(one);
    browser.see("input[name=login]").sendKeys("viewer-HARBOR");
    browser.find("input[name=password]").sendKeys("any");
    browser.click("button[type=submit]");

    browser.see(".user", "viewer-HARBOR");
    assertThat(browser.hash()).startsWith("#/late");
  }

  @Test
  void anotherSiteCanDoNothingWithTheSession() {
    signInAs("admin-HARBOR", "today");
    browser.see(".user");
    String cookie = session().getValue();

    assertThat(ask("GET", "/api/v1/me", cookie).statusCode()).isEqualTo(200);
    assertThat(ask("GET", "/api/v1/me", cookie, "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    for (String[] headers :
        new String[][] {{}, {"Origin", "https://other.test"}, {"Sec-Fetch-Site", "same-site"}}) {
      for (String path : List.of("/api/v1/facts", "/api/v1/decisions", "/sign-out")) {
        assertThat(ask("POST", path, cookie, headers).statusCode()).as(path).isEqualTo(403);
      }
    }
    assertThat(ask("GET", "/sign-in", null, "Sec-Fetch-Site", "cross-site").statusCode())
        .isEqualTo(403);
    assertThat(ask("GET", "/api/v1/me", cookie).statusCode()).isEqualTo(200);
    for (String forged : List.of("x", cookie.substring(2), cookie + "A", "..." + cookie)) {
      assertThat(ask("GET", "/api/v1/me", forged).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void whoHasNoRoleIsToldSo() {
    signInAs("stranger-HARBOR", "today");

    browser.see(".problem", "has no role (viewer, worker or admin, in roles)");
    assertThat(session()).isNull();
  }

  @Test
  void whatARoleCannotDoIsNotOffered() {
    String period = "period?location=EST&granularity=DAY&from=2026-11-04";
    browser.open("units", Installation.SITE_ADMIN);
    browser.see("h2");
    assertThat(browser.text("nav")).doesNotContain("Invalid records");
    assertThat(browser.find("#proposals")).isNull();
    browser.open(period, Installation.SITE_ADMIN);
    browser.see("#closing button", "Close");

    browser.open(period, Installation.VIEWER);
    browser.see("#closing", "has not been closed");
    assertThat(browser.find("#closing button")).isNull();
    assertThat(browser.text("nav")).contains("Late arrivals").doesNotContain("Invalid records");

    browser.open("units", Installation.ADMIN);
    browser.see("#proposals");
    assertThat(browser.text("nav")).contains("Invalid records");
  }

  @Test
  void aPersonOfOneLocationSeesThatLocation() {
    signInAs("worker-HARBOR-DTN", "today");

    browser.see("main", "DTN");
    browser.see("#spans");
    assertThat(browser.text("main")).doesNotContain("LAKE");
  }

  @Test
  void aTokenIsStillGoodBesideIt() {
    browser.open("today", Installation.WORKER);

    browser.see(".user", "will");
    browser.click(".who button");
    browser.see(".signin input[name=token]");
    browser.see(".signin a.main");
  }
}
