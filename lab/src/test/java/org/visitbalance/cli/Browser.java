package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's Chromium without a window, and what a person does in it. */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  /**
   * It warns that it does not know the newest browsers' debugging protocol, which needs no help.
   */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  final ChromeDriver driver;
  final Path downloads;
  private final int port;

  private Browser(ChromeDriver driver, Path downloads, int port) {
    this.driver = driver;
    this.downloads = downloads;
    this.port = port;
  }

  /** Starts one for the page at a port; the test is skipped where there is none. */
  static Browser start(int port) {
    SELENIUM.setLevel(Level.SEVERE);
    Optional<Path> chromium = BROWSERS.stream().flatMap(Browser::programs).findFirst();
    Optional<Path> chromedriver = programs("chromedriver").findFirst();
    Assumptions.assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "no Chromium with its driver on this machine: apt-get install chromium chromium-driver");
    try {
      Path downloads = Files.createTempDirectory("visit-balance-downloads");
      ChromeDriverService service =
          new ChromeDriverService.Builder()
              .usingDriverExecutable(chromedriver.get().toFile())
              .usingAnyFreePort()
              .build();
      return new Browser(
          new ChromeDriver(service, options(chromium.get(), downloads)), downloads, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a program is on the path. */
  private static Stream<Path> programs(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable);
  }

  private static ChromeOptions options(Path chromium, Path downloads) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.setAcceptInsecureCerts(true);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        "--disable-component-extensions-with-background-pages",
        "--disable-default-apps",
        "--metrics-recording-only",
        "--disable-features=SpareRendererForSitePerProcess,Translate,OptimizationHints,MediaRouter",
        // A test may open more addresses in ten seconds than a person does.
        "--disable-ipc-flooding-protection",
        "--lang=en-US",
        "--window-size=1300,900");
    options.setExperimentalOption(
        "prefs",
        Map.of(
            "download.default_directory", downloads.toString(), "intl.accept_languages", "en-US"));
    options.setCapability("goog:loggingPrefs", logs);
    return options;
  }

  /** Opens a view as somebody; null: as nobody. */
  void open(String view, String token) {
    driver.get("http://127.0.0.1:" + port + "/icon.svg");
    if (token == null) {
      driver.executeScript("sessionStorage.clear()");
    } else {
      driver.executeScript("sessionStorage.setItem('visit-balance-token', arguments[0])", token);
    }
    driver.get("http://127.0.0.1:" + port + "/#/" + view);
    if (token != null) {
      // The clock of a test stands still, so what settings and feeds change may wait for it.
      await("the stream of changes", () -> find(".fresh[data-live=live]") != null);
    }
  }

  WebElement find(String css) {
    List<WebElement> found = driver.findElements(By.cssSelector(css));
    return found.isEmpty() ? null : found.get(0);
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Waits for an element. */
  WebElement see(String css) {
    await(css, () -> find(css) != null);
    return Objects.requireNonNull(find(css));
  }

  /** Waits for a text anywhere in an element. */
  void see(String css, String text) {
    await(css + " to say " + text, () -> text(css).contains(text));
  }

  String text(String css) {
    WebElement element = find(css);
    return element == null ? "" : element.getText();
  }

  List<String> texts(String css) {
    List<String> texts = new ArrayList<>();
    all(css).forEach(one -> texts.add(one.getText()));
    return texts;
  }

  void click(String css) {
    WebElement element = see(css);
    driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
    element.click();
  }

  /** Presses keys where the focus is. */
  void press(CharSequence... keys) {
    for (CharSequence key : keys) {
      new Actions(driver).sendKeys(key).perform();
    }
  }

  /** Picks one of a select's options, as a person with a keyboard does. */
  void pick(String label, String option) {
    for (WebElement field : all("label.field")) {
      if (field.getText().startsWith(label)) {
        WebElement select = field.findElement(By.tagName("select"));
        for (WebElement one : select.findElements(By.tagName("option"))) {
          if (one.getText().equals(option)) {
            one.click();
            return;
          }
        }
      }
    }
    throw new AssertionError("no " + label + " with " + option);
  }

  /** What stands in the address after the #. */
  String hash() {
    return String.valueOf(driver.executeScript("return location.hash"));
  }

  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** A script of the tests' resources, as the body of a function. */
  Object runFile(String name) {
    return run(script(name));
  }

  /** The same for a script that calls its last argument with what it gives back. */
  Object runFileAsync(String name, Object... arguments) {
    return driver.executeAsyncScript(script(name), arguments);
  }

  private static String script(String name) {
    try (InputStream script = Browser.class.getResourceAsStream("/page/" + name)) {
      return new String(Objects.requireNonNull(script, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a window or a phone of this width, light or dark. */
  void look(int width, boolean isDark) {
    size(width, 900);
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light"),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  /** As on a screen or on paper. */
  void medium(String medium) {
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", medium));
  }

  /** Without and with a network. */
  void offline(boolean isOffline) {
    driver.executeCdpCommand("Network.enable", Map.of());
    driver.executeCdpCommand(
        "Network.emulateNetworkConditions",
        Map.of(
            "offline", isOffline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
  }

  void tab() {
    press(Keys.TAB);
  }

  /** The file that was saved under a name. */
  String saved(String name) {
    Path file = downloads.resolve(name);
    // Chromium makes the file before it fills it from another one.
    await(name, () -> file.toFile().length() > 0);
    try {
      return new String(Files.readAllBytes(file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  interface Check {
    boolean holds();
  }

  static void await(String what, Check check) {
    Awaitility.await(what)
        .pollInterval(BETWEEN)
        .atMost(PATIENCE)
        .until(
            () -> {
              try {
                return check.holds();
              } catch (StaleElementReferenceException e) {
                // It was replaced between being found and being read.
                return false;
              }
            });
  }

  /**
   * Nothing went wrong in the page, and nothing was kept from running, but what is expected. The
   * icon that a browser looks for beside a picture is not the page's.
   */
  void assertQuiet(Predicate<String> isExpected) {
    List<String> said = new ArrayList<>();
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      if (entry.getLevel().intValue() >= Level.WARNING.intValue()
          && !entry.getMessage().contains("/favicon.ico")
          && !isExpected.test(entry.getMessage())) {
        said.add(entry.getLevel() + " " + entry.getMessage());
      }
    }
    assertThat(said).as("what the console says").isEmpty();
  }

  @Override
  public void close() {
    driver.quit();
    try (Stream<Path> files = Files.list(downloads)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(downloads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
