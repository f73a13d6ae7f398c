package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.Main;
import org.visitbalance.intake.sftp.SftpServer;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topics;

/** The command {@code intake} as a process, with a real SFTP server and a real cluster. */
@Tag("slow")
@Timeout(300)
class IntakeStoryTest {
  private static final String PREFIX = "intake-story.";
  private static final String CHARGES =
      "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,units,"
          + "place_of_service_id,treating_therapist_id\n";

  @TempDir private Path temp;
  private SharedInstallation cluster;
  private SftpServer server;
  private int healthPort;
  private Process process;

  @BeforeEach
  void start() throws IOException {
    cluster = SharedInstallation.get();
    TopicProvisioner.create(cluster.clients(), PREFIX, 1);
    server = SftpServer.start(temp.resolve("server"), 0, SftpServer.pair("RSA", 2048));
    Files.writeString(temp.resolve("known_hosts"), server.known());
    Files.writeString(temp.resolve("key"), SftpServer.privateKey(SftpServer.CLIENT));
    Files.createDirectory(temp.resolve("inbox"));
    Files.writeString(
        temp.resolve("intake.yaml"),
        """
        folders:
          - {path: TEMP/inbox, tenant: T1, settle: PT0S, archive: TEMP/archive,
             quarantine: TEMP/quarantine}
        sftp:
          - {name: webpt, host: 127.0.0.1, port: PORT, user: harbor, keyEnv: WEBPT_KEY,
             knownHosts: TEMP/known_hosts, remote: /outbound, match: "*.csv", every: PT1S,
             into: TEMP/inbox}
        """
            .replace("TEMP", temp.toString())
            .replace("PORT", Integer.toString(server.port())));
    try (ServerSocket free = new ServerSocket(0)) {
      healthPort = free.getLocalPort();
    }
    process = launch(true);
  }

  private Process launch(boolean withKey) throws IOException {
    Path config = temp.resolve("cluster.properties");
    StringBuilder properties = new StringBuilder();
    cluster.clients().forEach((name, value) -> properties.append(name + "=" + value + "\n"));
    Files.writeString(config, properties);
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "intake",
            "--config=" + config,
            "--prefix=" + PREFIX,
            "--intake=" + temp.resolve("intake.yaml"),
            "--state=" + temp.resolve("state"),
            "--health-port=" + healthPort);
    if (withKey) {
      builder.environment().put("WEBPT_KEY_FILE", temp.resolve("key").toString());
    }
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(temp.resolve("log").toFile()))
        .start();
  }

  @AfterEach
  void stop() {
    process.destroyForcibly().onExit().join();
    server.close();
  }

  private String log() {
    try {
      return Files.readString(temp.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What the files are on their topic, such as "a.csv DONE SFTP". */
  private List<String> files() {
    Map<String, ReceivedFile> files = new HashMap<>();
    new TopicReader(cluster.clients(), cluster.serdes(), PREFIX)
        .read(
            List.of(Topics.FILES),
            (topic, key, value) -> {
              if (value instanceof ReceivedFile file) {
                files.put(key, file);
              }
            });
    List<String> said = new ArrayList<>();
    files
        .values()
        .forEach(one -> said.add(one.getName() + " " + one.getState() + " " + one.getSource()));
    said.sort(null);
    return said;
  }

  private void await(String what, BooleanSupplier done) {
    Patience.await(
        what,
        Duration.ofSeconds(90),
        () -> {
          assertThat(process.isAlive()).as(log()).isTrue();
          return done.getAsBoolean();
        });
  }

  private void awaitFiles(String... files) {
    await(List.of(files) + " on the topic", () -> files().equals(List.of(files)));
  }

  /** The status and the text of an answer; 0 without one. */
  private String get(String path) {
    try {
      HttpURLConnection call =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + healthPort + path).toURL().openConnection();
      try (var in = call.getResponseCode() < 400 ? call.getInputStream() : call.getErrorStream()) {
        return call.getResponseCode() + " " + new String(in.readAllBytes(), UTF_8);
      }
    } catch (IOException e) {
      return "0 " + e;
    }
  }

  private static String charge(int id) {
    return CHARGES + id + ",A1,2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n";
  }

  @Test
  void filesAreFetchedReadAndFollowedUpUntilItIsStopped() throws Exception {
    // Files of a server and of the folder are read, each with its source
    Files.writeString(server.outbound().resolve("billing_1.csv"), charge(1));
    awaitFiles("billing_1.csv DONE SFTP");
    Files.writeString(temp.resolve("inbox").resolve("billing_2.csv"), charge(2));
    Files.writeString(temp.resolve("inbox").resolve("odd.csv"), "nothing\n");
    awaitFiles(
        "billing_1.csv DONE SFTP", "billing_2.csv DONE FOLDER", "odd.csv QUARANTINED FOLDER");
    assertThat(get("/health")).isEqualTo("200 ok\n");
    assertThat(get("/metrics"))
        .contains("visit_balance_intake_sftp_well{sftp=\"webpt\"} 1.0")
        .contains("visit_balance_intake_done 2.0", "visit_balance_intake_quarantined 1.0");

    // A second process with the same state does not start
    int first = healthPort;
    healthPort = 0;
    Process second = launch(true);
    assertThat(second.onExit().join().exitValue()).as(log()).isEqualTo(2);
    healthPort = first;

    // The refused file is given up at the command line
    String sha = org.visitbalance.platform.Sha256.hex("nothing\n");
    Object[] end = {"--tenant", "T1", "--state", temp.resolve("state")};
    assertThat(Program.run("intake", "again", sha, end[0], end[1], end[2], end[3]).exit()).isZero();
    assertThat(
            Program.run("intake", "accept-gap", sha.substring(0, 8), end[0], end[1], end[2], end[3])
                .exit())
        .isZero();
    awaitFiles("billing_1.csv DONE SFTP", "billing_2.csv DONE FOLDER", "odd.csv GIVEN_UP FOLDER");
    Program.Ran refused =
        Program.run("intake", "accept-gap", "x*", "2026-11-05", end[0], end[1], end[2], end[3]);
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("no file x* is missing for 2026-11-05");

    // A server that is away is said, and waited for
    server.close();
    await("health to say it", () -> get("/health").startsWith("503 "));
    assertThat(get("/health")).contains("intake sftp webpt: 127.0.0.1:", "does not answer");
    assertThat(get("/metrics")).contains("visit_balance_intake_sftp_well{sftp=\"webpt\"} 0.0");

    process.destroy();
    assertThat(process.onExit().join().exitValue()).as(log()).isZero();
    Program.Ran rebuilt =
        Program.run(
            "intake",
            "rebuild",
            "--intake",
            temp.resolve("intake.yaml"),
            "--state",
            temp.resolve("state"));
    assertThat(rebuilt.exit()).as(rebuilt.err()).isZero();
    assertThat(rebuilt.out()).containsPattern("receipts read from the archives: [34]");

    // Without its key it does not start, and says why
    process = launch(false);
    assertThat(process.onExit().join().exitValue()).isEqualTo(2);
    assertThat(log()).contains("sftp webpt: set WEBPT_KEY to the private key");
  }
}
