package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.Main;

/** What a person sees who balances files: results, exit statuses, complaints. */
class BalanceCommandTest {
  private static final String LATER = "2026-11-28T12:00:00Z";
  private static final String AS_OF = "2026-11-06T12:00:00Z";
  private static final String VISIT =
      "{'fact':'visit','tenant':'T1','eventId':'e1','occurredAt':'2026-11-04T17:05:00Z',"
          + "'visitId':'SECRETVISIT','revision':0,'status':'FINALIZED','patientKey':'SECRETPATIENT',"
          + "'clinicId':'C01','dateOfService':'2026-11-04','finalizedAt':'2026-11-04T17:05:00Z',"
          + "'finalizedOn':'2026-11-04','therapistId':'TH1','noteType':'DAILY_NOTE',"
          + "'noCharge':'NONE','lines':[{'cpt':'97110','modifiers':[],'units':3}]}";
  private static final String CHARGE =
      "{'fact':'charge','tenant':'T1','eventId':'e2','occurredAt':'2026-11-05T17:09:00Z',"
          + "'chargeId':'SECRETCHARGE','status':'ACTIVE','updatedAt':'2026-11-05T17:09:00Z',"
          + "'patientKey':'SECRETPATIENT','emrVisitId':'SECRETVISIT','locationId':'DTN',"
          + "'dateOfService':'2026-11-04','createdAt':'2026-11-05T17:09:00Z',"
          + "'createdOn':'2026-11-05','treatingProviderId':'TH1','cpt':'97110','modifiers':[],"
          + "'units':2}";
  private static final String SETTINGS =
      "tenant: T1\nlocations:\n  - {clinicId: C01, locationId: DTN}\n";

  @TempDir Path temp;
  private Path input;
  private Path output;

  @BeforeEach
  void folders() throws IOException {
    input = Files.createDirectory(temp.resolve("in"));
    output = temp.resolve("out");
    write("settings.yaml", SETTINGS);
  }

  private void write(String name, String... lines) throws IOException {
    Files.writeString(input.resolve(name), String.join("\n", lines).replace('\'', '"') + "\n");
  }

  private Program.Ran balance(Object... more) {
    return Program.balance(
        input, output, Stream.concat(Stream.of("--as-of", AS_OF), Stream.of(more)).toArray());
  }

  private void assertRefused(Program.Ran ran, String complaint) {
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).isEqualTo("visit-balance: " + complaint + System.lineSeparator());
    assertThat(ran.out()).isEmpty();
  }

  private List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aChargeOfTheNextDayExplainsBothDays() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);

    Program.Ran ran = balance();

    assertThat(ran.exit()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .contains("Billed in a later period")
        .contains("Finalized in an earlier period");
    assertThat(names(output))
        .containsExactly(
            "balances.jsonl",
            "cap-proposals.jsonl",
            "dead-letters.jsonl",
            "discrepancies.jsonl",
            "insights.jsonl",
            "items.jsonl",
            "late-arrivals.jsonl",
            "report.html",
            "summary.txt",
            "unit-variances.jsonl",
            "visits.jsonl");
    assertThat(Files.readString(output.resolve("summary.txt"))).isEqualTo(ran.out());
  }

  @Test
  void asOfTheEveningOfTheFourthTheChargeIsStillAwaited() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);

    Program.Ran ran = Program.balance(input, output, "--as-of", "2026-11-04T18:00:00Z");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).contains("Awaiting charge").contains("1 received after that time");
  }

  @Test
  void aChargeThatNeverCameIsOutOfBalance() throws IOException {
    write("facts.jsonl", VISIT);

    Program.Ran ran = balance();

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out()).contains("Out of balance").contains("Work list");
  }

  @Test
  void workThatIsOverdueIsSaidWhereItPutsADayOutOfBalance() throws IOException {
    String withoutCodes = VISIT.replaceAll("'lines':.*", "'lines':[]}");
    write("facts.jsonl", withoutCodes, withoutCodes.replace("VISIT'", "VISIT2'"));

    assertThat(Program.balance(input, output, "--as-of", "2026-11-18T12:00:00Z").out())
        .contains("+2  Finalized note without codes  (to do)");

    assertThat(Program.balance(input, output, "--force", "--as-of", "2026-11-19T12:00:00Z").out())
        .contains("Out of balance")
        .contains("+2  Finalized note without codes  (to do, 2 overdue)");
  }

  @Test
  void workWhoseClaimIsDueSoonIsSaidAndPutsNoDayOutOfBalance() throws IOException {
    write(
        "settings.yaml",
        "tenant: T1",
        "payerRules:",
        "  - {payerId: \"*\", timelyFiling: P20D}",
        "fees: {\"97110\": 4500}");
    write(
        "facts.jsonl",
        VISIT,
        "{'fact':'rejection','tenant':'T1','eventId':'r','occurredAt':'2026-11-04T18:00:00Z',"
            + "'rejectionId':'R1','type':'CHARGE','status':'OPEN','at':'2026-11-04T18:00:00Z',"
            + "'reasonCode':'PHONE','patientKey':'SECRETPATIENT','emrVisitId':'SECRETVISIT'}");

    assertThat(Program.balance(input, output, "--as-of", "2026-11-09T12:00:00Z").out())
        .contains("(to do)");

    assertThat(Program.balance(input, output, "--force", "--as-of", "2026-11-10T12:00:00Z").out())
        .contains("Explained")
        .contains("(to do, 1 to file within 14 days)");
  }

  @Test
  void aDayThatNobodyCanJudgeYetIsWaitingAndNoFailure() throws IOException {
    write("facts.jsonl", VISIT);

    Program.Ran ran = Program.balance(input, output, "--as-of", "2026-11-04T20:00:00Z");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("0 balanced, 0 explained, 1 waiting, 0 out of balance")
        .contains("Waiting");
  }

  @Test
  void suppliesAndFeesAreSaidApart() throws IOException {
    write("settings.yaml", "tenant: T1", "nonVisitCodes: [\"97110\"]");
    write("facts.jsonl", VISIT, CHARGE);

    assertThat(balance().out())
        .containsPattern("Of these units, [1-9] documented and [1-9] billed are supplies and fees");
  }

  @Test
  void onlyTotalsThatAgreeAgreeByAccident() throws IOException {
    String keyed = CHARGE.replace("SECRETVISIT", "OTHER").replace("2026-11-05", "2026-11-04");
    write("facts.jsonl", VISIT, keyed);

    assertThat(balance().out()).containsPattern("[^y] offsetting");

    write("facts.jsonl", VISIT, VISIT.replace("SECRETVISIT", "V2"), keyed);

    assertThat(balance("--force").out())
        .contains("partly offsetting")
        .doesNotContainPattern("[^y] offsetting");
  }

  @Test
  void aDayThatIsBalancedButNotReadySaysWhy() throws IOException {
    String note =
        "{'fact':'note','tenant':'T1','eventId':'e3','occurredAt':'2026-11-04T17:05:00Z',"
            + "'noteId':'N1','patientKey':'P2','clinicId':'C01','dateOfService':'2026-11-03',"
            + "'status':'OPEN','at':'2026-11-04T17:05:00Z'}";
    write("facts.jsonl", VISIT, CHARGE, note);

    assertThat(balance().out())
        .contains("Tue 2026-11-03: EMR 0, billing 0, difference 0")
        .contains("Before you balance: 1 open note.");
  }

  @Test
  void noPatientVisitOrChargeIdLeavesUnlessRevealed() throws IOException {
    write("facts.jsonl", VISIT, CHARGE, VISIT.replace("'units':3", "'units':-3"), "SECRETLINE");

    Program.Ran ran = balance();

    assertThat(ran.out() + ran.err()).doesNotContain("SECRET");
    for (String name : names(output)) {
      assertThat(Files.readString(output.resolve(name))).as(name).doesNotContain("SECRET");
    }
    assertThat(balance("--reveal", "--force").err()).doesNotContain("SECRETPATIENT");
    assertThat(Files.readString(output.resolve("visits.jsonl")))
        .contains("SECRETVISIT")
        .doesNotContain("SECRETPATIENT");
  }

  @Test
  void deadLettersAreCountedAndListedAndDoNotFailTheRun() throws IOException {
    write("facts.jsonl", VISIT, "", "{'fact':'charge','tenant':'T1'}", "no json", CHARGE);

    Program.Ran ran = balance();

    assertThat(ran.exit()).isZero();
    assertThat(ran.err())
        .isEqualTo(
            String.join(
                System.lineSeparator(),
                "visit-balance: facts.jsonl: 2 rows or lines could not be used and are not counted."
                    + " See the list of invalid records, and correct the file or export it again.",
                "facts.jsonl:3: eventId is missing",
                "facts.jsonl:4: is not a single JSON object",
                "visit-balance: invalid records: 2 of 4; see "
                    + output.resolve("dead-letters.jsonl"),
                ""));
    assertThat(ran.out())
        .startsWith("Read this first\n---------------\n  ! facts.jsonl: 2 rows or lines");
    assertThat(Files.readAllLines(output.resolve("dead-letters.jsonl")))
        .containsExactly(
            "{\"source\":\"facts.jsonl\",\"line\":3,\"reason\":\"eventId: is missing\"}",
            "{\"source\":\"facts.jsonl\",\"line\":4,\"reason\":\"is not a single JSON object\"}");
  }

  @Test
  void filesOfOtherKindsAreSkippedWithAWarning() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);
    write("notes.txt", "hello");
    write("README.md", "what this is");

    assertThat(balance().err())
        .isEqualTo(
            "visit-balance: notes.txt: skipped; add an entry to mapping.yaml that matches it if it is"
                + " a table."
                + System.lineSeparator());
  }

  @Test
  void aFolderInWhichNothingIsAFactIsRefusedAndItSaysWhatToDo() throws IOException {
    write("Charges.ods", "x");

    Program.Ran ran = balance();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err().lines())
        .containsExactly(
            "visit-balance: Charges.ods: skipped; it is not a format that can be read; save it as"
                + " .xlsx or CSV if it is a table.",
            "visit-balance: nothing in "
                + input
                + " could be read as a fact; put the exports of both systems there as CSV, .xlsx or"
                + " *.jsonl");
    assertThat(output).doesNotExist();
  }

  @Test
  void recordsThatAreAllInvalidAreListedAndRefused() throws IOException {
    write("facts.jsonl", "no json");

    Program.Ran ran = balance();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("\nfacts.jsonl:1: is not a single JSON object\n");
    assertThat(output).doesNotExist();
  }

  @Test
  @Tag("slow")
  void whatComesAfterTheEndOfTheBillingDataIsWaitingAndNotMissing() throws IOException {
    write(
        "charges.csv",
        "record_pointer,visit_id,patient_id,clinic_id,visit_date,therapist_id,note_type,cpt,units,"
            + "note_finalized_date,pos_code",
        "1,V1,P1,C01,11/2/2026,TH1,DN,97110,2,11/2/2026,11",
        "2,V2,P1,C01,11/3/2026,TH1,DN,97110,2,11/3/2026,11",
        "3,V3,P1,C01,11/4/2026,TH1,DN,97110,2,11/4/2026,11");
    write(
        "billing.csv",
        "charge_id,patient_account_number,date_of_service,charge_date,cpt_code,units,"
            + "place_of_service_id,treating_therapist_id",
        "501,P1,11/2/2026,11/2/2026 6:00 PM,97110,2,DTN,TH1");

    Program.Ran ran = Program.balance(input, output, "--as-of", LATER);

    assertThat(ran.exit()).isZero();
    assertThat(ran.err())
        .contains("visit-balance: Billing data ends 11/2 6:00 PM UTC. Later visits are waiting,");
    assertThat(ran.out()).startsWith("Read this first").contains("2 waiting, 0 out of balance");
    assertThat(
            Program.balance(input, output, "--force", "--imply-feed=false", "--as-of", LATER)
                .exit())
        .isEqualTo(1);

    assertThat(Program.balance(input, output, "--force", "--as-of", LATER).exit()).isZero();
    Map<String, String> expected = written();

    Program.Ran streams =
        Program.balance(input, output, "--force", "--engine", "streams", "--as-of", LATER);

    assertThat(streams.err()).isEqualTo(ran.err());
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    Path missing = temp.resolve("missing");

    assertRefused(
        Program.balance(missing, output), "the input folder " + missing + " does not exist");
    assertThat(output).doesNotExist();
  }

  @Test
  void aFileInPlaceOfAFolderIsRefused() throws IOException {
    write("facts.jsonl", VISIT);
    Path file = input.resolve("facts.jsonl");

    assertRefused(
        Program.balance(file, output),
        "--input " + file + " is a file; name the folder that contains it");
    assertRefused(Program.balance(input, file), "--output " + file + " is a file; name a folder");
  }

  @Test
  void resultsAreNotPutAmongTheInputs() throws IOException {
    write("facts.jsonl", VISIT);

    assertRefused(
        Program.balance(input, input, "--force"),
        "--output is the input folder; name another folder");
    assertThat(names(input)).containsExactly("facts.jsonl", "settings.yaml");
  }

  @Test
  void aFolderWithFilesInItNeedsForce() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);
    Files.createDirectories(output);
    Files.writeString(output.resolve("mine.txt"), "mine");

    assertRefused(
        balance(),
        "the output folder " + output + " is not empty; name another folder or add --force");
    assertThat(names(output)).containsExactly("mine.txt");

    assertThat(balance("--force").exit()).isZero();
    assertThat(names(output)).contains("mine.txt", "summary.txt");
  }

  @Test
  void whatCannotBeWrittenLeavesTheFolderAsItWas() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);
    // A folder where a result belongs: a file cannot take its place, whoever runs this.
    Files.createDirectories(output.resolve("summary.txt").resolve("inside"));
    Files.writeString(output.resolve("balances.jsonl"), "before");

    Program.Ran ran = balance("--force");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("could not be written");
    assertThat(ran.err()).contains("summary.txt is a folder");
    assertThat(names(output)).containsExactly("balances.jsonl", "summary.txt");
    assertThat(Files.readString(output.resolve("balances.jsonl"))).isEqualTo("before");
  }

  /** No file may grow beyond a few kilobytes: to the program, a disk that is full. */
  @Test
  @Tag("slow")
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsSaidAndNothingIsHalfWritten() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path complaint = temp.resolve("complaint");
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "ulimit -f 16; trap '' XFSZ; exec \"$@\"",
                "bash",
                java,
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "balance",
                "--input",
                Path.of("..", "examples", "november").toString(),
                "--output",
                output.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(complaint.toFile())
            .start();

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(Files.readString(complaint))
        .startsWith("visit-balance: the results could not be written to " + output);
    assertThat(output).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tenant: T1\\n"
            + "tenant: T2 | settings.yaml:2: 'tenant' is already defined on line 1; remove one of"
            + " the two",
        "zone: UTC | settings.yaml:1: 'tenant' is missing; it must be the company's name",
        "tenant: T1\\n"
            + "missingAfter: tomorrow | settings.yaml:2: 'missingAfter' must be an ISO 8601"
            + " duration of days and hours, such as P4D or PT24H, and not negative",
        "tenant: T1\\n"
            + "zone: Mars | settings.yaml:2: 'zone' must be a time zone such as America/New_York or"
            + " UTC",
        "tenant: T1\\n"
            + "weekStartsOn: FUNDAY | settings.yaml:2: 'weekStartsOn' must be one of MONDAY,"
            + " TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY",
        "tenant: T1\\n"
            + "locations:\\n"
            + "  - {clinicId: C1} | settings.yaml:3: 'locations[1].locationId' is missing; it must"
            + " be billing's Place of Service",
        "tenant: T1\\n"
            + "payerRules:\\n"
            + "  - {payerId: X, codeCap: {97110: two}} | settings.yaml:3:"
            + " 'payerRules[1].codeCap.97110' must be a whole number >= 0",
        "tenant: T1\\npayerRules:\\n  - {payerId: X, timelyFiling: PT24H} | settings.yaml:3: 'payerRules[1].timelyFiling' must be a number of days such as P90D, at most P36500D",
        "tenant: T1\\npayerRules:\\n  - {payerId: X, timelyFiling: P36501D} | settings.yaml:3: 'payerRules[1].timelyFiling' must be a number of days such as P90D, at most P36500D",
        "tenant: T1\\nfees: {97110: 45.00} | settings.yaml:2: 'fees.97110' must be a whole number of cents from 0 to 99999999999",
        "tenant: T1\\nfees: {97110: 999999999999} | settings.yaml:2: 'fees.97110' must be a whole number of cents from 0 to 99999999999",
        "tenant: T1\\npayerNames: [BCBS] | settings.yaml:2: 'payerNames' must be a map of IDs to names, such as {BCBS: Blue Cross}",
        "tenant: T1\\ntherapistNames: {TH1: [Lee]} | settings.yaml:2: 'therapistNames.TH1' must be a name of at most 100 characters in one line",
        "tenant: T1\\nlocations:\\n  - {clinicId: C, locationId: L, name: \"a\\tb\"} | settings.yaml:3: 'locations[1].name' must be a name of at most 100 characters in one line",
        "tenant: T1\\nfees: [97110] | settings.yaml:2: 'fees' must be a map of codes to what a unit costs in cents, such as {\"97110\": 4500}",
        "tenant: T1\\n"
            + "emrCountsEmpty: maybe | settings.yaml:2: 'emrCountsEmpty' must be true or false",
        "tenant: [T1 | settings.yaml:2: is not valid YAML: expected ',' or ']', but got <stream"
            + " end>",
      })
  void brokenSettingsAreNamedByFileLineAndKey(String yaml, String complaint) throws IOException {
    write("facts.jsonl", VISIT);
    write("settings.yaml", yaml.replace("\\n", "\n"));

    assertRefused(balance(), complaint);
    assertThat(output).doesNotExist();
  }

  @Test
  void aTenantHasOneDocument() throws IOException {
    write("facts.jsonl", VISIT);
    write("settings-2.yaml", "tenant: T1");

    assertRefused(
        balance(),
        "settings.yaml:1: tenant 'T1' already has settings in settings-2.yaml:1; keep one document"
            + " per tenant");
  }

  @Test
  void aClinicWithTwoLocationsForTheSameDaysIsAWarning() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);
    write(
        "settings.yaml",
        SETTINGS
            + """
              - {clinicId: C01, posCode: 12, locationId: HOME, until: 2026-11-15}
              - {clinicId: C01, posCode: 12, locationId: HOME2, from: 2026-11-16}
              - {clinicId: C01, posCode: "12", locationId: HOME, from: 2026-11-10, until: 2026-11-15}
              - {clinicId: C01, posCode: "12", locationId: NBR, from: 2026-11-15, until: 2026-11-20}
              - {clinicId: C01, locationId: NBR, from: 2026-12-01}
            """);

    Program.Ran ran = balance();

    assertThat(ran.exit()).isZero();
    assertThat(ran.err().lines())
        .containsExactly(
            "visit-balance: settings.yaml:7: clinic C01, POS 12 has the location NBR here and HOME"
                + " in an earlier row for some of the same days; the earlier row counts. Give each"
                + " row days of its own, or remove one",
            "visit-balance: settings.yaml:8: clinic C01 has the location NBR here and DTN in an"
                + " earlier row for some of the same days; the earlier row counts. Give each row"
                + " days of its own, or remove one");
  }

  @Test
  void unknownSettingsAreIgnoredWithAWarning() throws IOException {
    write("facts.jsonl", VISIT, CHARGE);
    write("settings.yaml", SETTINGS + "misingAfter: P2D\nempty:");

    Program.Ran ran = balance();

    assertThat(ran.exit()).isZero();
    assertThat(ran.err().lines())
        .containsExactly(
            "visit-balance: settings.yaml:4: 'misingAfter' is not a known setting and was ignored",
            "visit-balance: settings.yaml:5: 'empty' is not a known setting and was ignored");
  }

  @Test
  @Tag("slow")
  void theStreamsEngineWritesTheSameBytes() throws IOException {
    write("facts.jsonl", VISIT, CHARGE, VISIT, "{\"fact\":\"visit\"}");
    write("settings.yaml", SETTINGS);
    Program.Ran fold = balance();
    Map<String, String> expected = written();

    Program.Ran streams = balance("--engine", "streams", "--force");

    assertThat(streams.exit()).isEqualTo(fold.exit());
    assertThat(streams.err()).isEqualTo(fold.err());
    assertThat(written()).isEqualTo(expected);
  }

  @Test
  void argumentsThatMakeNoSenseAreRefusedInOneSentenceWithTheWayToHelp() {
    assertRefused(
        Program.balance(input, output, "--as-of", "yesterday"),
        "Invalid value for option '--as-of': 'yesterday' is not a UTC time such as"
            + " 2026-11-05T06:00:00Z; see visit-balance balance --help");
    assertRefused(
        Program.run("balance"),
        "Missing required option: '--input=DIR'; see visit-balance balance" + " --help");
    assertRefused(Program.run("blance"), "blance is not a command. Did you mean balance?");
    assertRefused(
        Program.run("facts"),
        "Missing required option: '--input=DIR' (or '--profile=NAME'); see visit-balance facts"
            + " --help");
  }

  @Test
  void helpTeaches() {
    Program.Ran ran = Program.run("balance", "--help");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("Examples:")
        .contains("examples/november")
        .contains("settings*.yaml")
        .contains("Exit status:");
    assertThat(Program.run("--help").out()).contains("balance").contains("facts");
  }

  private Map<String, String> written() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (String name : names(output)) {
      texts.put(name, Files.readString(output.resolve(name)));
    }
    return texts;
  }
}
