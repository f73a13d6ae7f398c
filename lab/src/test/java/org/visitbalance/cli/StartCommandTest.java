package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.platform.Patience;

/** An installation on one machine, in processes of its own: start, kill, back up, restore. */
@Tag("slow")
class StartCommandTest {
  private static final int OK = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TENANT = "HARBOR";

  /** What is asked before and after. */
  private static final List<String> QUESTIONS = List.of("balances", "visits", "discrepancies");

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path temporary;

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void whatItKnowsSurvivesAKillABackupAndARestore() throws IOException, InterruptedException {
    Path data = temporary.resolve("data");
    Started first = start(data);
    signsInOnce(first);
    String day = LocalDate.now(ZoneOffset.UTC).minusDays(5).toString();
    for (String id : List.of("V1", "V2", "V3")) {
      report(first, id, day);
    }
    List<JsonNode> answers = answers(first, 3);
    aSecondOneOpensTheFirst(first);
    refusesWhileRunning(first);
    first.process().destroyForcibly().waitFor();

    Started second = start(data);
    assertThat(answers(second, 3)).isEqualTo(answers);
    report(second, "V4", day);
    answers = answers(second, 4);
    second.stop();
    assertThat(data.resolve("cluster.properties")).doesNotExist();

    Path archive = temporary.resolve("backup.zip");
    assertThat(Program.run("backup", archive, "--data", data).exit()).isZero();
    refusesADamagedArchive(archive);
    Path other = temporary.resolve("other");
    assertThat(Program.run("restore", archive, "--data", other).exit()).isZero();
    Started third = start(other);
    assertThat(answers(third, 4)).isEqualTo(answers);
    third.stop();
    replacesOnlyWhenToldTo(archive, other);
  }

  private void signsInOnce(Started service) throws IOException, InterruptedException {
    URI address = URI.create(service.page() + "sign-in/once?code=" + service.code());
    HttpResponse<String> answer = get(address, null);
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location")).contains("/");
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict");
    String session = cookie.replaceFirst(";.*", "");
    URI me = URI.create(service.page() + "api/v1/me");
    assertThat(get(me, session).body()).contains("\"session\":true").contains("admin");
    assertThat(get(me, session + "0").statusCode()).isEqualTo(401);
    assertThat(get(me, null).statusCode()).isEqualTo(401);
    assertThat(get(me, null).body()).contains("[\"start\",\"token\"]");
    assertThat(get(address, null).statusCode()).as("the same address again").isEqualTo(403);
    assertThat(get(address, session).statusCode()).as("back in its own browser").isEqualTo(302);
    HttpRequest out =
        HttpRequest.newBuilder(URI.create(service.page() + "sign-out"))
            .header("Cookie", session)
            .header("Sec-Fetch-Site", "same-origin")
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    assertThat(http.send(out, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    assertThat(get(me, session).statusCode()).as("signed out").isEqualTo(401);
    for (String secret : List.of("access-token", "token-key", "cluster.properties", "version")) {
      assertThat(Files.getPosixFilePermissions(service.data().resolve(secret)))
          .as(secret)
          .hasSize(2);
    }
  }

  private static void aSecondOneOpensTheFirst(Started first) {
    Program.Ran again = Program.run("start", "--data", first.data(), "--no-open");
    assertThat(again.exit()).isZero();
    assertThat(again.out()).contains("running already at " + first.page());
    Matcher address = Started.ADDRESS.matcher(again.out());
    assertThat(address.find()).isTrue();
    assertThat(address.group(2)).isNotEqualTo(first.code());
  }

  private void refusesWhileRunning(Started first) {
    Path file = temporary.resolve("running.zip");
    Program.Ran backup = Program.run("backup", file, "--data", first.data());
    assertThat(backup.exit()).isEqualTo(ExitStatus.UNUSABLE);
    assertThat(backup.err()).contains("is running on the folder").contains("stop it first");
    assertThat(file).doesNotExist();
    assertThat(Program.run("restore", file, "--data", first.data(), "--force").err())
        .contains("stop it first");
  }

  /** Whichever byte is damaged, nothing is restored. */
  private void refusesADamagedArchive(Path archive) throws IOException {
    byte[] good = Files.readAllBytes(archive);
    Path damaged = temporary.resolve("damaged.zip");
    Path empty = temporary.resolve("empty");
    for (int part = 1; part < 6; part++) {
      byte[] bad = good.clone();
      bad[(int) ((long) good.length * part / 6)] ^= 0x10;
      Files.write(damaged, bad);
      Program.Ran ran = Program.run("restore", damaged, "--data", empty);
      if (ran.exit() == 0) {
        // A byte that says nothing, such as a time: all that was restored is what was backed up.
        assertThat(files(empty)).isEqualTo(files(temporary.resolve("data")));
        Program.run("restore", archive, "--data", empty, "--force");
      } else {
        assertThat(ran.err()).contains("damaged");
        assertThat(files(empty)).isEmpty();
      }
      deleteAll(empty);
    }
    Files.write(damaged, Arrays.copyOf(good, good.length - 1000));
    assertThat(Program.run("restore", damaged, "--data", empty).err()).contains("is damaged");
    Files.write(damaged, new byte[0]);
    assertThat(Program.run("restore", damaged, "--data", empty).err()).contains("is damaged");
    assertThat(files(empty)).isEmpty();
  }

  private void replacesOnlyWhenToldTo(Path archive, Path folder) throws IOException {
    List<String> before = files(folder);
    Program.Ran refused = Program.run("restore", archive, "--data", folder);
    assertThat(refused.exit()).isEqualTo(ExitStatus.UNUSABLE);
    assertThat(refused.err()).contains("is not empty").contains("--force");
    assertThat(files(folder)).isEqualTo(before);
    Files.writeString(folder.resolve("of-before"), "");
    assertThat(Program.run("restore", archive, "--data", folder, "--force").exit()).isZero();
    assertThat(folder.resolve("of-before")).doesNotExist();
    assertThat(files(folder)).isEqualTo(files(temporary.resolve("data")));
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(one -> one.getFileName().toString()))
          .doesNotContain(".restoring", ".replaced");
    }
  }

  /** The files of a folder that are backed up, with their contents. */
  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(one -> !one.getFileName().toString().matches("[.]?lock|LOCK"))
          .map(one -> folder.relativize(one) + " " + hash(one))
          .sorted()
          .toList();
    }
  }

  private static String hash(Path file) {
    try {
      return org.visitbalance.platform.Sha256.hex(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteAll(Path folder) {
    org.visitbalance.platform.Folders.delete(folder);
  }

  @Test
  void saysThatAFolderIsOfANewerVersionOrSomebodyElses() throws IOException {
    Path newer = Files.createDirectories(temporary.resolve("newer"));
    Files.writeString(newer.resolve("version"), "99");
    for (String command : List.of("start", "backup")) {
      Program.Ran ran =
          command.equals("start")
              ? Program.run(command, "--data", newer, "--port", "0", "--no-open")
              : Program.run(command, temporary.resolve("x.zip"), "--data", newer);
      assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
      assertThat(ran.err()).contains("was made by a newer version");
    }
    Path foreign = Files.createDirectories(temporary.resolve("foreign"));
    Files.writeString(foreign.resolve("letter.txt"), "mine");
    Program.Ran ran = Program.run("start", "--data", foreign, "--port", "0", "--no-open");
    assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
    assertThat(ran.err()).contains("has other files in it");
    assertThat(foreign.resolve("token-key")).doesNotExist();
  }

  @Test
  void saysThatAnotherProgramHasThePort() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Program.Ran ran =
          Program.run("start", "--data", temporary.resolve("d"), "--port", other.getLocalPort());
      assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
      assertThat(ran.err())
          .contains("port " + other.getLocalPort() + " cannot be used")
          .contains("--port");
    }
  }

  private HttpResponse<String> get(URI address, String cookie)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (cookie != null) {
      request.header("Cookie", cookie);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** The answers once all of them know of a number of visits, none of which has a charge. */
  private List<JsonNode> answers(Started service, int visits) {
    Patience.await(
        visits + " visits",
        PATIENCE,
        () ->
            ask(service, "visits").size() == visits
                // One more is about the day.
                && ask(service, "discrepancies").size() == visits + 1
                && ask(service, "discrepancies")
                    .findValuesAsText("difference")
                    .contains("" + visits)
                && ask(service, "balances").size() == 3
                && ask(service, "balances").findValuesAsText("emrVisits").stream()
                    .allMatch(Integer.toString(visits)::equals));
    return QUESTIONS.stream().map(question -> ask(service, question)).toList();
  }

  private JsonNode ask(Started service, String path) {
    String about = path + (path.contains("?") ? "&" : "?") + "tenant=" + TENANT;
    return Installation.json(send(service, "GET", about, null).body()).path("rows");
  }

  /** Just after a start the cluster may refuse a fact for a moment. */
  private void report(Started service, String visit, String day) {
    String fact = Installation.visit(TENANT, visit, day);
    Patience.await(
        visit + " to be taken",
        PATIENCE,
        () -> send(service, "POST", "facts", fact).statusCode() == OK);
  }

  private HttpResponse<String> send(Started service, String method, String path, String body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(service.page() + "api/v1/" + path))
              .header(
                  "Authorization",
                  "Bearer " + Files.readString(service.data().resolve("access-token")).strip())
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Started start(Path data) throws IOException {
    Started started = Started.on(data, TENANT);
    processes.add(started.process());
    return started;
  }

  @org.junit.jupiter.api.AfterEach
  void end() {
    processes.forEach(Process::destroyForcibly);
  }
}
