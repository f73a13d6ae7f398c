package org.visitbalance.intake.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.platform.Patience;

/** Files are fetched from a real server, each once, whatever happens. */
@Timeout(300)
class SftpPullerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final KeyPair HOST_KEY = SftpServer.pair("RSA", 2048);

  private final List<String> taken = new CopyOnWriteArrayList<>();
  private final List<String> left = new CopyOnWriteArrayList<>();
  private final SftpListener listener =
      new SftpListener() {
        @Override
        public void taken(Path file, long size) {
          taken.add(file.getFileName() + " " + size);
        }

        @Override
        public void left(String name, String why) {
          left.add(name + ": " + why);
        }
      };

  @TempDir private Path temporary;
  private Path into;
  private Path knownHosts;
  private SftpServer server;

  @BeforeEach
  void start() throws IOException {
    into = temporary.resolve("into");
    knownHosts = temporary.resolve("known_hosts");
    server = SftpServer.start(temporary.resolve("server"), 0, HOST_KEY);
    Files.writeString(knownHosts, server.known());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private SftpEntry entry(String after) {
    Map<String, Object> values =
        new HashMap<>(
            Map.of(
                "name", "webpt",
                "host", "127.0.0.1",
                "port", server.port(),
                "user", "harbor",
                "keyEnv", "KEY",
                "knownHosts", knownHosts.toString(),
                "remote", "/outbound",
                "match", "*.csv",
                "every", "PT1S",
                "into", into.toString()));
    values.put("remoteAfter", after);
    return SftpEntry.of(values);
  }

  private SftpPuller puller(String after) {
    return SftpPuller.start(
        entry(after),
        Map.of("KEY", SftpServer.privateKey(SftpServer.CLIENT)),
        temporary.resolve("state"),
        PAUSE,
        listener);
  }

  private Path put(String name, String text) throws IOException {
    Path file = Files.writeString(server.outbound().resolve(name), text);
    return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-05T05:00:00Z")));
  }

  private void awaitTaken(int count) {
    Patience.await(count + " files, not " + taken, PATIENCE, () -> taken.size() >= count);
  }

  /** Lets several looks pass. */
  private static void aWhile() throws InterruptedException {
    Thread.sleep(2_500);
  }

  private List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(one -> one.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void fetchesEachFileOnceAndAChangedOneAgain() throws IOException, InterruptedException {
    put("a.csv", "one");
    put("b.csv", "two");
    put("c.txt", "not asked for");
    Files.createDirectories(server.outbound().resolve("folder.csv"));
    try (SftpPuller running = puller("KEEP")) {
      assertThat(running).isNotNull();
      awaitTaken(2);
      assertThat(into.resolve("a.csv")).hasContent("one");
      assertThat(files(into)).containsExactly("a.csv", "b.csv");
      aWhile();
      assertThat(taken).hasSize(2);
      // Whoever reads the folder has taken it.
      Files.delete(into.resolve("a.csv"));
      Files.writeString(server.outbound().resolve("a.csv"), "one and more");
      awaitTaken(3);
      assertThat(into.resolve("a.csv")).hasContent("one and more");
    }
    assertThat(files(server.outbound())).contains("a.csv", "b.csv");
    try (SftpPuller running = puller("KEEP")) {
      assertThat(running).isNotNull();
      aWhile();
    }
    assertThat(taken).as("after another start").hasSize(3);
  }

  @Test
  void waitsForWhatStillHasTheNameInTheFolder() throws IOException, InterruptedException {
    put("a.csv", "new");
    Files.createDirectories(into);
    Files.writeString(into.resolve("a.csv"), "old, not read yet");
    try (SftpPuller running = puller("DELETE")) {
      assertThat(running).isNotNull();
      Patience.await("it waits", PATIENCE, () -> !left.isEmpty());
      assertThat(into.resolve("a.csv")).hasContent("old, not read yet");
      assertThat(server.outbound().resolve("a.csv")).exists();
      Files.delete(into.resolve("a.csv"));
      awaitTaken(1);
      assertThat(into.resolve("a.csv")).hasContent("new");
    }
  }

  @Test
  void waitsWhileTheServerIsAway() throws IOException, InterruptedException {
    put("a.csv", "one");
    int port = server.port();
    server.close();
    SftpServer old = server;
    SftpEntry entry = entry("KEEP");
    try (SftpPuller puller =
        SftpPuller.start(
            entry,
            Map.of("KEY", SftpServer.privateKey(SftpServer.CLIENT)),
            temporary.resolve("state"),
            PAUSE,
            listener)) {
      Patience.await("trouble", PATIENCE, () -> puller.trouble() != null);
      assertThat(puller.trouble()).contains("127.0.0.1:" + port + " does not answer");
      server = SftpServer.start(temporary.resolve("server"), port, HOST_KEY);
      awaitTaken(1);
      Patience.await("no trouble", PATIENCE, () -> puller.trouble() == null);
    }
    old.close();
  }

  @Test
  void aConnectionThatIsCutInTheMiddleLosesAndRepeatsNothing()
      throws IOException, InterruptedException {
    put("a.csv", "0123456789".repeat(200_000));
    AtomicBoolean isCut = new AtomicBoolean();
    server.reading =
        (session, offset) -> {
          if (offset > 500_000 && !isCut.getAndSet(true)) {
            session.close(true);
          }
        };
    try (SftpPuller running = puller("DELETE")) {
      assertThat(running).isNotNull();
      Patience.await("the cut", PATIENCE, isCut::get);
      awaitTaken(1);
      aWhile();
    }
    assertThat(taken).containsExactly("a.csv 2000000");
    assertThat(into.resolve("a.csv")).hasContent("0123456789".repeat(200_000));
    assertThat(files(into)).containsExactly("a.csv");
    assertThat(files(server.outbound())).isEmpty();
  }

  @Test
  void refusesAServerWithAnotherHostKey() throws IOException, InterruptedException {
    put("a.csv", "one");
    Files.writeString(knownHosts, SftpServer.known(server.port(), SftpServer.pair("RSA", 2048)));
    try (SftpPuller puller = puller("KEEP")) {
      Patience.await("trouble", PATIENCE, () -> puller.trouble() != null);
      assertThat(puller.trouble()).contains("host key").contains("is not the one in");
      Files.writeString(knownHosts, "");
      Patience.await(
          "an unknown host", PATIENCE, () -> String.valueOf(puller.trouble()).contains("has no"));
      assertThat(knownHosts).as("nothing is learned").isEmptyFile();
      assertThat(taken).isEmpty();
      Files.writeString(knownHosts, server.known());
      awaitTaken(1);
    }
  }

  @Test
  void leavesAFileThatIsStillGrowing() throws IOException, InterruptedException {
    Path file = Files.createFile(server.outbound().resolve("a.csv"));
    StringBuilder all = new StringBuilder();
    try (SftpPuller running = puller("KEEP")) {
      assertThat(running).isNotNull();
      for (int i = 0; i < 60; i++) {
        String line = "line " + i + "\n";
        all.append(line);
        Files.writeString(file, line, StandardOpenOption.APPEND);
        Thread.sleep(50);
        assertThat(taken).isEmpty();
      }
      awaitTaken(1);
      aWhile();
    }
    assertThat(into.resolve("a.csv")).hasContent(all.toString());
    assertThat(taken).hasSize(1);
    assertThat(left).contains("a.csv: it is still being written");
  }

  @Test
  void leavesAFileThatChangesWhileItIsFetched() throws IOException, InterruptedException {
    Path file = put("a.csv", "x".repeat(100_000));
    AtomicBoolean isDone = new AtomicBoolean();
    server.reading =
        (session, offset) -> {
          if (!isDone.getAndSet(true)) {
            try {
              Files.writeString(file, "y".repeat(100_001));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (SftpPuller running = puller("KEEP")) {
      assertThat(running).isNotNull();
      awaitTaken(1);
      aWhile();
    }
    assertThat(left).contains("a.csv: it changed while it was fetched");
    assertThat(taken).containsExactly("a.csv 100001");
    assertThat(into.resolve("a.csv")).hasContent("y".repeat(100_001));
  }

  @Test
  void fetchesAHugeFile() throws IOException {
    long size = 64L << 20;
    Path file = server.outbound().resolve("huge.csv");
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(size);
      huge.seek(size - 3);
      huge.writeBytes("end");
    }
    try (SftpPuller running = puller("KEEP")) {
      assertThat(running).isNotNull();
      awaitTaken(1);
    }
    assertThat(Files.mismatch(file, into.resolve("huge.csv"))).isEqualTo(-1);
  }

  @Test
  void takesNoNameThatLeadsElsewhere() throws IOException, InterruptedException {
    put("good.csv", "good");
    put("evil.csv", "evil");
    put("odd\\..\\evil.csv", "evil");
    server.names = name -> name.equals("evil.csv") ? "../../evil.csv" : name;
    try (SftpPuller running = puller("DELETE")) {
      assertThat(running).isNotNull();
      awaitTaken(1);
      aWhile();
    }
    assertThat(taken).containsExactly("good.csv 4");
    assertThat(left)
        .contains(
            "../../evil.csv: its name cannot be used here",
            "odd\\..\\evil.csv: its name cannot be used here");
    assertThat(files(into)).containsExactly("good.csv");
    assertThat(files(server.outbound())).containsExactly("evil.csv", "odd\\..\\evil.csv");
    for (String name : List.of("..", ".", "", " ", "/etc/x.csv", "a/b.csv", ".hidden", "a\nb")) {
      assertThat(RemoteFile.isSafe(name)).as(name).isFalse();
    }
  }

  @Test
  void putsAwayWhatItHasFetched() throws IOException, InterruptedException {
    put("a.csv", "one");
    try (SftpPuller running = puller("MOVE:done")) {
      assertThat(running).isNotNull();
      awaitTaken(1);
      Path done = server.outbound().resolve("done");
      Patience.await("the move", PATIENCE, () -> Files.exists(done.resolve("a.csv")));
      Files.delete(into.resolve("a.csv"));
      put("a.csv", "another of this name");
      awaitTaken(2);
      Patience.await(
          "the second move", PATIENCE, () -> Files.notExists(server.outbound().resolve("a.csv")));
      assertThat(files(done)).hasSize(2).contains("a.csv");
      assertThat(done.resolve("a.csv")).hasContent("one");
    }
  }

  @Test
  void goesOnWhereAProcessWasKilled() throws IOException, InterruptedException {
    Path state = Files.createDirectories(temporary.resolve("state"));
    Files.createDirectories(into);
    String size = "\t3\t1793854800\t";
    put("a.csv", "one");
    put("b.csv", "two");
    put("c.csv", "six");
    // Killed before the rename of b; a was fetched before; the line of c was cut off.
    Files.writeString(
        state.resolve("sftp-webpt"), "=" + size + "a.csv\n+" + size + "b.csv\n+" + size + "c.c");
    Files.writeString(into.resolve("b.csv.webpt.part"), "two");
    Files.writeString(into.resolve("c.csv.webpt.part"), "s");
    try (SftpPuller running = puller("DELETE")) {
      assertThat(running).isNotNull();
      awaitTaken(2);
      aWhile();
    }
    assertThat(taken).containsExactly("b.csv 3", "c.csv 3");
    assertThat(files(into)).containsExactly("b.csv", "c.csv");
    assertThat(into.resolve("c.csv")).hasContent("six");
    assertThat(files(server.outbound())).isEmpty();

    // Killed after the rename of d, before that was noted: it has been read since.
    put("d.csv", "ten");
    Files.writeString(
        state.resolve("sftp-webpt"), "+" + size + "d.csv\n", StandardOpenOption.APPEND);
    server.reads.set(0);
    try (SftpPuller running = puller("KEEP")) {
      assertThat(running).isNotNull();
      aWhile();
    }
    assertThat(server.reads).hasValue(0);
    assertThat(files(into)).doesNotContain("d.csv");
  }

  @Test
  void saysWhatIsWrongWithAnEntryOrAKey() {
    assertThat(entry("MOVE:done").remoteAfter().folder()).isEqualTo("done");
    assertThatThrownBy(() -> entry("BURN")).hasMessageContaining("KEEP, DELETE, or MOVE:folder");
    assertThatThrownBy(() -> SftpEntry.of(Map.of("name", "x", "pasword", "secret")))
        .hasMessage("an entry of sftp has no pasword; check the spelling");
    assertThatThrownBy(() -> SftpKey.read("KEY", Map.of())).hasMessageContaining("set KEY");
    assertThatThrownBy(() -> SftpKey.read("KEY", Map.of("KEY", "s3cret")))
        .hasMessageContaining("is not one private key")
        .hasMessageNotContaining("s3cret");
  }
}
