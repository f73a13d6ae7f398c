package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.Main;
import org.visitbalance.core.Tokens;
import org.visitbalance.ingest.InputException;
import org.visitbalance.output.VisitIds;

/** Which keys each command accepts, and which commands make one. */
class TokenKeyTest {
  private static final String GOOD =
      "21fca83fcc092dc36fd82247f4983264d5edb2db66dde1a65617b754d266d781";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD,
        "21FCA83FCC092DC36FD82247F4983264D5EDB2DB66DDE1A65617B754D266D781",
        GOOD + "1",
        "IfyoP8wJLcNv2CJH9JgyZNXtsttm3eGmVhe3VNJm14E=",
        "IfyoP8wJLcNv2CJH9JgyZNXtsttm3eGmVhe3VNJm14E",
        "a-_oP8wJLcNv2CJH9JgyZNXtsttm3eGmVhe3VNJm14E",
        "a+/oP8wJLcNv2CJH9JgyZNXtsttm3eGmVhe3VNJm14E=",
        TestKey.VALUE,
      })
  void aLongRandomTextIsTaken(String key) {
    assertThat(TokenKey.problem(key)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "visit-balance-one-shot",
        "mellon",
        "my secret text, always the same",
        "correct horse battery staple correct horse battery staple correct horse",
        "21fca83fcc092dc36fd82247f4983264d5edb2db66dde1a65617b754d266d78",
        "21fca83fcc092dc36fd82247f4983264d5edb2db66dde1a65617",
        "IfyoP8wJLcNv2CJH9JgyZNXtsttm3eGmVhe3VNJm",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
      })
  @Tag("slow")
  void aKeyThatOthersKnowOrGuessIsRefusedAndNotShown(String key) throws Exception {
    assertThat(TokenKey.problem(key)).isNotNull().doesNotContain(key);

    Ran ran = balance(Map.of("VISIT_BALANCE_TOKEN_KEY", key));

    assertThat(ran.exit).isEqualTo(2);
    assertThat(ran.said)
        .startsWith("visit-balance: VISIT_BALANCE_TOKEN_KEY ")
        .contains("bin/visit-balance token-key makes one")
        .doesNotContain(key)
        .hasLineCount(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whatTheCommandPrintsIsTaken() {
    Program.Ran first = Program.run("token-key");
    Program.Ran second = Program.run("token-key");

    assertThat(first.exit()).isZero();
    assertThat(first.out()).matches("[0-9a-f]{64}\\R").isNotEqualTo(second.out());
    assertThat(TokenKey.problem(first.out().strip())).isNull();
  }

  @Test
  void everyRandomKeyIsTaken() {
    Random random = new Random(1);
    byte[] bytes = new byte[32];
    for (int i = 0; i < 2_000; i++) {
      random.nextBytes(bytes);
      assertThat(TokenKey.problem(Base64.getEncoder().encodeToString(bytes))).isNull();
      assertThat(TokenKey.problem(HexFormat.of().formatHex(bytes))).isNull();
    }
  }

  @Test
  @Tag("slow")
  void aRunWithoutAKeyMakesOneForThisUserAndKeepsIt() throws Exception {
    Map<String, String> own = Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString());
    Path file = folder.resolve("config/visit-balance/token-key");

    Ran first = balance(own);
    Ran second = balance(own);

    assertThat(first.exit).as(first.said).isEqualTo(1);
    assertThat(first.said).contains("made a token key in " + file);
    assertThat(second.said).doesNotContain("token key");
    assertThat(second.tokens).isEqualTo(first.tokens);
    String key = Files.readString(file).strip();
    assertThat(TokenKey.problem(key)).isNull();
    assertThat(first.tokens).contains(new Tokens(key).visit("T1", "P1", "V1"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");

    // A key that is set takes precedence over the kept one.
    Map<String, String> both = new HashMap<>(own);
    both.put("VISIT_BALANCE_TOKEN_KEY", GOOD);
    assertThat(balance(both).tokens).contains(new Tokens(GOOD).visit("T1", "P1", "V1"));
    Path secret = Files.writeString(folder.resolve("secret"), GOOD + "\n");
    assertThat(balance(Map.of("VISIT_BALANCE_TOKEN_KEY_FILE", secret.toString())).tokens)
        .contains(new Tokens(GOOD).visit("T1", "P1", "V1"));
  }

  @Test
  @Tag("slow")
  void aRandomKeyIsNotKept() throws Exception {
    Map<String, String> own = Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString());

    Ran first = balance(own, "--token-key", "random");
    Ran second = balance(own, "--token-key", "random");

    assertThat(first.exit).as(first.said).isEqualTo(1);
    assertThat(second.tokens).isNotEqualTo(first.tokens);
    assertThat(folder.resolve("config")).doesNotExist();
    assertThat(balance(own, "--token-key", GOOD).exit).isEqualTo(2);
  }

  @Test
  @Tag("slow")
  void aKeyThatCannotBeKeptIsSaid() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    Ran ran = balance(Map.of("XDG_CONFIG_HOME", file.toString()));

    assertThat(ran.exit).isEqualTo(2);
    assertThat(ran.said).contains("--token-key random").hasLineCount(1);
  }

  @Test
  void anInstallationKeepsTheKeyThatItsTokensWereMadeWith() {
    VisitIds entry =
        new VisitIds("T1", new Tokens("old").visit("T1", "P1", "V1"), "P1", "V1", null, List.of());
    List<String> warnings = new ArrayList<>();

    assertThat(TokenKey.ofInstallation(given("old"), "why", () -> entry, warnings::add))
        .isEqualTo("old");
    assertThat(warnings).hasSize(1);
    assertThat(warnings.get(0)).contains("can be traced back").doesNotContain("old");
    assertThatThrownBy(
            () -> TokenKey.ofInstallation(given(GOOD), "why", () -> entry, warnings::add))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not the key of this installation")
        .hasMessageNotContaining(GOOD);
    assertThatThrownBy(() -> TokenKey.ofInstallation(given("old"), "why", () -> null, w -> {}))
        .isInstanceOf(InputException.class);
    assertThat(TokenKey.ofInstallation(given(GOOD), "why", () -> null, w -> {})).isEqualTo(GOOD);
    assertThatThrownBy(() -> TokenKey.ofInstallation(given(" "), "why", () -> entry, w -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("set VISIT_BALANCE_TOKEN_KEY");
  }

  private static Environment given(String key) {
    return new Environment(Map.of("VISIT_BALANCE_TOKEN_KEY", key), Map.of());
  }

  private record Ran(int exit, String said, String tokens) {}

  /** Runs the program in a process of its own, with a folder that has one visit. */
  private Ran balance(Map<String, String> environment, String... more)
      throws IOException, InterruptedException {
    Path input = Files.createDirectories(folder.resolve("in"));
    Files.writeString(
        input.resolve("facts.jsonl"),
        """
        {"fact":"visit","tenant":"T1","eventId":"e1","occurredAt":"2026-11-04T17:05:00Z",\
        "visitId":"V1","revision":0,"status":"FINALIZED","patientKey":"P1","clinicId":"C01",\
        "dateOfService":"2026-11-04","finalizedAt":"2026-11-04T17:05:00Z",\
        "finalizedOn":"2026-11-04","therapistId":"TH1","noteType":"DAILY_NOTE","noCharge":"NONE",\
        "lines":[{"cpt":"97110","modifiers":[],"units":2}]}
        """);
    Path output = folder.resolve("out");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "balance",
                "--force",
                "--as-of",
                "2026-11-14T12:00:00Z",
                "--input",
                input.toString(),
                "--output",
                output.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().remove("VISIT_BALANCE_TOKEN_KEY");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    Path visits = output.resolve("visits.jsonl");
    return new Ran(process.waitFor(), said, Files.exists(visits) ? Files.readString(visits) : "");
  }
}
