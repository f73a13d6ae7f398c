package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;
import org.visitbalance.platform.Patience;

/** A new company: from nothing to its first balance, with a browser only. */
@Tag("slow")
class FirstDayTest {
  private static final String COMPANY = "NEWTOWN";
  private static final String ZONE = "America/New_York";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern ROW =
      Pattern.compile("clinicId: (\\w+), posCode: \"(\\d+)\", locationId: ([\\w-]+)");

  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path temp;

  @AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void filesAreSentAQuestionIsAnsweredAndTodayHasTheFiguresOfBalance()
      throws IOException, InterruptedException {
    Map<String, String> mapping = new HashMap<>();
    Path folder = exports(mapping);
    Started service = Started.on(temp.resolve("data"), COMPANY);
    processes.add(service.process());
    try (Browser browser = Browser.start(0)) {
      browser.driver.get(service.addressToOpen());
      Patience.await("the page", PATIENCE, () -> browser.find("main .first") != null);
      browser.see("main .first", "Nothing has been received yet. Send your first files.");
      browser.click("main .first a");

      // When the time zone is answered, then files can be read rightly
      browser.see("#asked", "In which time zone does the company work?");
      browser.click("#set-asked-zone option[value='" + ZONE + "']");
      browser.click("#asked button");
      Browser.await("no question", () -> browser.find("#asked") == null);

      // When the files of both systems are chosen at once, then each is previewed, and all are sent
      browser
          .see("#file")
          .sendKeys(
              files(folder).stream()
                  .map(one -> one.toAbsolutePath().toString())
                  .collect(Collectors.joining("\n")));
      int count = files(folder).size();
      Patience.await("the previews", PATIENCE, () -> !browser.all("#several .main").isEmpty());
      assertThat(browser.texts("#several tbody tr"))
          .hasSize(count)
          .allMatch(row -> row.contains("Can be sent"));
      browser.click("#several .main");
      Patience.await(
          "all files to be read",
          PATIENCE,
          () -> browser.all("#files tr[data-state=DONE]").size() == count);

      // When billing's locations have come, then it is asked which one each clinic is
      browser.see("#asked", "These clinics were found");
      browser.driver.get(service.page() + "#/today");
      browser.see("main .first", "The location of 2 clinics is not known");
      browser.click("main .first a");
      browser.see("#asked select");
      for (WebElement one : browser.all("#asked select")) {
        String clinic = one.getDomAttribute("data-clinic");
        one.findElement(
                org.openqa.selenium.By.cssSelector("option[value='" + mapping.get(clinic) + "']"))
            .click();
      }
      browser.click("#asked button");
      Browser.await("no question", () -> browser.find("#asked") == null);

      List<String> wanted = balance(folder, mapping);
      assertThat(wanted).hasSizeGreaterThan(10);
      Patience.await("the figures of balance", PATIENCE, () -> figures(service).equals(wanted));
      browser.driver.get(service.page() + "#/today?location=" + wanted.get(0).split(" ", 2)[0]);
      browser.see("main h1", "Today");
      assertThat(browser.all("main .first")).isEmpty();

      // When it is started again, then its data is kept, and the browser is still signed in
      service.stop();
      Started again = Started.on(temp.resolve("data"), COMPANY);
      processes.add(again.process());
      browser.driver.get(again.page() + "#/files");
      Patience.await(
          "the files", PATIENCE, () -> browser.all("#files tr[data-state=DONE]").size() == count);
      assertThat(browser.texts("header button")).contains("Sign out");
      Patience.await("the same figures", PATIENCE, () -> figures(again).equals(wanted));
      again.stop();
    }
    assertThat(temp.resolve("data").resolve("archive").resolve(COMPANY)).isDirectory();
  }

  /** The nightly extracts of both systems, and which location each clinic is. */
  private Path exports(Map<String, String> mapping) throws IOException {
    Path made = temp.resolve("made");
    String from = LocalDate.now(ZoneOffset.UTC).minusDays(30).toString();
    Program.Ran ran =
        Program.run(
            "generate",
            "--output",
            made,
            "--form",
            "csv",
            "--from",
            from,
            "--days",
            "7",
            "--clinics",
            "2",
            "--visits-per-day",
            "5");
    assertThat(ran.exit()).as(ran.err()).isZero();
    Matcher rows = ROW.matcher(Files.readString(made.resolve("settings.yaml")));
    while (rows.find()) {
      mapping.put(rows.group(1) + "|" + rows.group(2), rows.group(3));
    }
    assertThat(mapping).isNotEmpty();
    Path folder = Files.createDirectories(temp.resolve("folder"));
    for (Path file : list(made)) {
      String name = file.getFileName().toString();
      if (name.matches("(charges_|billing_charges_|patients).*csv")) {
        Files.copy(file, folder.resolve(name));
      }
    }
    return folder;
  }

  private static List<Path> files(Path folder) {
    return list(folder).stream().filter(one -> one.toString().endsWith(".csv")).toList();
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the command balance says of the same files with the same answers. */
  private List<String> balance(Path folder, Map<String, String> mapping) throws IOException {
    StringBuilder settings = new StringBuilder("tenant: " + COMPANY + "\nzone: " + ZONE + "\n");
    settings.append("locations:\n");
    for (String clinic : new TreeSet<>(mapping.keySet())) {
      String[] parts = clinic.split("\\|", 2);
      settings.append(
          "  - {clinicId: %s, posCode: \"%s\", locationId: %s}\n"
              .formatted(parts[0], parts[1], mapping.get(clinic)));
    }
    Files.writeString(folder.resolve("settings.yaml"), settings);
    Path out = temp.resolve("out");
    Program.Ran ran = Program.run("balance", "--input", folder, "--output", out);
    assertThat(out.resolve("balances.jsonl")).as(ran.err()).exists();
    List<String> all = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("balances.jsonl"))) {
      JsonNode one = new ObjectMapper().readTree(line);
      if (one.path("granularity").asText().equals("DAY")) {
        all.add(figures(one));
      }
    }
    return all.stream().sorted().toList();
  }

  private static String figures(JsonNode one) {
    return String.join(
        " ",
        one.path("location").asText(),
        one.path("from").asText(),
        one.path("reported").toString(),
        one.path("origin").toString(),
        // The API has a null where nothing was accepted, and the file has nothing.
        one.path("kinds").toString().replace(",\"accepted\":null", ""),
        one.path("verdict").asText());
  }

  private static List<String> figures(Started service) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(service.page() + "api/v1/balances?granularity=DAY&limit=1000"))
              .header(
                  "Authorization",
                  "Bearer " + Files.readString(service.data().resolve("access-token")).strip())
              .build();
      String body =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      List<String> all = new ArrayList<>();
      Installation.json(body).path("rows").forEach(one -> all.add(figures(one)));
      return all.stream().sorted().toList();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
