package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of {@code intake} that need no cluster. */
class IntakeCommandTest {
  @TempDir private Path temp;

  private Path file(String more) throws IOException {
    return Files.writeString(
        temp.resolve("intake.yaml"),
        """
        folders:
          - path: %1$s/inbox
            tenant: HARBOR
            archive: %1$s/archive
            quarantine: %1$s/quarantine
        """
                .formatted(temp)
            + more.replace("TEMP", temp.toString()));
  }

  private static final String SFTP =
      "sftp:\n  - {name: webpt, host: sftp.example.com, user: harbor, keyEnv: NO_SUCH_KEY,"
          + " knownHosts: /etc/known, remote: /outbound, into: TEMP/inbox}\n";

  private static Program.Ran check(Path file) {
    return Program.run("intake", "check", file);
  }

  @Test
  void checkNamesTheFoldersAndTheServersAndWhatIsNotHere() throws IOException {
    Program.Ran ran = check(file(SFTP));

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("inbox: tenant HARBOR")
        .contains("sftp webpt: sftp.example.com:22 into " + temp.resolve("inbox"));
    assertThat(ran.err()).contains("sftp webpt: set NO_SUCH_KEY to the private key");
  }

  @Test
  void theExampleCanBeUsed() {
    Program.Ran ran = check(Path.of("..", "ops", "intake", "intake.yaml"));

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("/srv/intake/harbor: tenant HARBOR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "settle: 30s | 6 | folders[1].settle | must be a duration such as PT30S",
        "settle: -PT1S | 6 | folders[1].settle | must be a duration such as PT30S",
        "mapping: mapping.yaml | 6 | folders[1].mapping | must be an absolute path of a file",
        "doneFile: done | 6 | folders[1].doneFile | must be a name with {name} in it",
        "ignore: ['['] | 6 | folders[1].ignore[1] | must be a file name pattern",
        "setle: PT30S | 6 | folders[1].setle | is not a known key; allowed are path, tenant",
        "expect: [{match: a, by: noon}] | 6 | folders[1].expect[1].by | must be a time of day",
        "expect: [{match: a, by: '05:30', days: [M]}] | 6 | folders[1].expect[1].days[1] | must be one of",
        "expect: [{match: a, by: '05:30', completes: X}] | 6 | folders[1].expect[1].completes | EMR or BILLING",
        "expect: [{match: a, by: '05:30', until: X}] | 6 | folders[1].expect[1].until | must be LATEST",
        "expect: [{by: '05:30'}] | 6 | folders[1].expect[1].match | is missing",
      })
  void aWrongKeyOfAFolderIsSaidWithItsPlaceAndWhatIsAllowed(
      String line, int at, String key, String wanted) throws IOException {
    refused(check(file("    " + line + "\n")), at, key, wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "into: TEMP/inbox | into: TEMP/other | sftp[1].into | one of the folders in this file",
        "into: TEMP/inbox | into: inbox | sftp[1].into | an absolute path of a folder",
        "/etc/known | known | sftp[1].knownHosts | an absolute path of a file",
        "user: harbor | user: ' ' | sftp[1].user | must be a text",
        "user: harbor, | '' | sftp[1] | an entry of sftp needs user",
        "name: webpt | name: web pt | sftp[1] | must be up to 40 letters",
        "into: | every: 10, into: | sftp[1] | every must be a time from PT1S to P1D",
        "into: | port: 0, into: | sftp[1] | port must be from 1 to 65535",
        "into: | remoteAfter: BURN, into: | sftp[1] | KEEP, DELETE, or MOVE:folder",
        "into: | pasword: x, into: | sftp[1] | has no pasword; check the spelling",
        "into: | match: '[', into: | sftp[1].match | a file name pattern",
      })
  void aWrongServerIsSaidWithItsPlaceAndWhatIsAllowed(
      String from, String to, String key, String wanted) throws IOException {
    refused(check(file(SFTP.replace(from, to))), 7, key, wanted);
  }

  @Test
  void twoEntriesCannotShareAFolderOrAName() throws IOException {
    String again = SFTP.substring(SFTP.indexOf("  -"));
    refused(check(file(SFTP + again)), 8, "sftp[2]", "has the name of another entry");
    String text = Files.readString(file(""));
    Path twice =
        Files.writeString(
            temp.resolve("intake.yaml"), text + text.substring(text.indexOf("  - path")));
    refused(check(twice), 6, "folders[2]", "is the folder of another entry");
  }

  private static void refused(Program.Ran ran, int at, String key, String wanted) {
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("intake.yaml:" + at + ": '" + key + "'").contains(wanted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a: [", "folders: []", "other: 1", "folders: x"})
  void whatIsNoIntakeFileIsRefused(String text) throws IOException {
    Program.Ran ran = check(Files.writeString(temp.resolve("intake.yaml"), text));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("intake.yaml").doesNotContain("Exception", "\tat ");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Program.Ran ran = check(temp.resolve("none.yaml"));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("none.yaml");
  }

  private String requests() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("state").resolve("requests"))) {
      StringBuilder text = new StringBuilder();
      for (Path file : files.sorted().toList()) {
        text.append(Files.readString(file)).append('\n');
        Files.delete(file);
      }
      return text.toString();
    }
  }

  @Test
  void requestsAreWrittenForTheRunningIntake() throws IOException {
    Path state = temp.resolve("state");
    Object[] end = {"--tenant", "HARBOR", "--state", state, "--wait", 0};
    Program.Ran nowhere = run(end, "accept-gap", "charges_*.csv", "2026-11-05");
    assertThat(nowhere.exit()).isEqualTo(2);
    assertThat(nowhere.err()).contains("is not the state folder of an intake");
    assertThat(state).doesNotExist();
    Files.createFile(Files.createDirectory(state).resolve("index.mv.db"));

    Program.Ran waits = run(end, "again", "3fa9c0d1");
    assertThat(waits.exit()).isZero();
    assertThat(waits.out()).contains("no intake has answered yet");
    assertThat(requests()).startsWith("again\nHARBOR\n3fa9c0d1\n");
    assertThat(run(end, "accept-gap", "charges_*.csv", "2026-11-05").exit()).isZero();
    assertThat(requests()).startsWith("accept-gap\nHARBOR\ncharges_*.csv\n2026-11-05\n");
    assertThat(run(end, "accept-gap", "3fa9c0d1").exit()).isZero();
    assertThat(requests()).startsWith("accept-refused\nHARBOR\n3fa9c0d1\n");

    for (String[] wrong :
        new String[][] {
          {"again", "3fa9"},
          {"again", "charges.csv"},
          {"accept-gap", "charges_*.csv"},
          {"accept-gap", "charges_*.csv", "yesterday"},
          {"again"},
        }) {
      Program.Ran ran = run(end, (Object[]) wrong);
      assertThat(ran.exit()).as(String.join(" ", wrong)).isEqualTo(2);
      assertThat(ran.err()).isNotBlank().doesNotContain("\tat ");
    }
    assertThat(requests()).isEmpty();
  }

  private static Program.Ran run(Object[] end, Object... words) {
    return Program.run(
        Stream.of(Stream.of("intake"), Stream.of(words), Stream.of(end))
            .flatMap(all -> all)
            .toArray());
  }

  @Test
  void rebuildNeedsItsFolders() throws IOException {
    Path file = file("");
    Path state = temp.resolve("state");

    Program.Ran without = Program.run("intake", "rebuild", "--intake", file, "--state", state);
    assertThat(without.exit()).isEqualTo(2);
    assertThat(without.err()).contains("the intake folder " + temp + "/inbox does not exist");

    Files.createDirectory(temp.resolve("inbox"));
    Program.Ran ran = Program.run("intake", "rebuild", "--intake", file, "--state", state);
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("receipts read from the archives: 0");
  }

  @Test
  void itsFileAndItsStateMustBeGiven() throws IOException {
    assertThat(Program.run("intake").err()).contains("--intake=FILE");
    Program.Ran ran = Program.run("intake", "--intake", file(""));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("--state=DIR");
  }
}
