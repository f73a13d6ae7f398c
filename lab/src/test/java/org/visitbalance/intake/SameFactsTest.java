package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.visitbalance.Main;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.ingest.FactSink;
import org.visitbalance.ingest.InputFolder;
import org.visitbalance.ingest.RunTime;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.scenario.ExtractFiles;
import org.visitbalance.scenario.ExtractStyle;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Rates;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.text.FactJson;

/**
 * Files one after another give the facts of one run over all of them, whatever the order of those
 * of a night, or in an archive, with repeats, corrections, renames, restarts and rebuilds between.
 * Every test's name tells its seed; {@code -Dvisitbalance.intake.seeds=200} runs so many, {@code
 * -Dvisitbalance.intake.seed=S} just that one.
 */
@Tag("property")
class SameFactsTest {
  private static final Pattern NIGHT = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  private static final String ZIP = ".zip";

  @TempDir Path temp;

  /** Which of the archive's names have which content. */
  private final Map<String, String> last = new TreeMap<>();

  static LongStream seeds() {
    Long one = Long.getLong("visitbalance.intake.seed");
    return one != null
        ? LongStream.of(one)
        : LongStream.rangeClosed(1, Long.getLong("visitbalance.intake.seeds", 5));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void filesOneByOneGiveTheFactsOfOneRun(long seed) throws IOException {
    Random random = new Random(seed);
    // With even seeds, corrected files may say less than they said before.
    boolean shrinks = seed % 2 == 0;
    Scenario company = company(seed, random);
    Path source = Files.createDirectory(temp.resolve("source"));
    ExtractFiles.write(company, source, style(random));
    String tenant = company.settings().get(0).getTenant();
    String zone = company.settings().get(0).getZone();
    String mapping = Files.readString(source.resolve("mapping.yaml"));
    try (IntakeStage stage =
        new IntakeStage(
            temp.resolve("stage"), tenant, zone == null ? null : ZoneId.of(zone), mapping)) {
      for (Map.Entry<String, List<Path>> night : nights(source).entrySet()) {
        if (random.nextInt(5) == 0) {
          deliverPacked(stage, night, random);
        } else {
          deliver(stage, night.getValue(), random, shrinks);
        }
      }
      stage.intake.look();
      assertThat(stage.intake.files(null, 10_000))
          .allMatch(file -> file.getState() == FileState.DONE);
      Path archive = archiveOf(stage, source);
      List<SpecificRecord> wanted = oneRun(archive, stage.now);

      assertSame(stage, IntakeStage.standing(wanted), shrinks);
      if (!shrinks) {
        assertSameBalance(stage, archive);
      }
    }
  }

  private static Scenario company(long seed, Random random) {
    LocalDate begin = LocalDate.of(2026, random.nextBoolean() ? 3 : 10, 1 + random.nextInt(28));
    return new Scenario(
        Preset.CLINIC
            .options()
            .with()
            .seed(seed)
            .firstDay(begin)
            .days(3 + random.nextInt(8))
            .visitsPerDay(2 + random.nextInt(6))
            .zone(ZoneId.of(random.nextBoolean() ? "America/New_York" : "UTC"))
            .rates(random.nextBoolean() ? Rates.clinic() : Rates.chaos())
            .exportable()
            .build());
  }

  private static ExtractStyle style(Random random) {
    List<ExtractStyle.Dates> dates = List.of(ExtractStyle.Dates.values());
    return new ExtractStyle(
        random.nextBoolean(),
        random.nextBoolean(),
        ",;\t".charAt(random.nextInt(3)),
        dates.get(random.nextInt(dates.size())),
        random.nextBoolean(),
        random.nextBoolean() ? random.nextLong() : null);
  }

  /** The files by the nights in which they come. */
  private static Map<String, List<Path>> nights(Path source) throws IOException {
    Map<String, List<Path>> nights = new TreeMap<>();
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".csv")).toList()) {
        Matcher night = NIGHT.matcher(file.getFileName().toString());
        nights
            .computeIfAbsent(night.find() ? night.group() : "9", any -> new ArrayList<>())
            .add(file);
      }
    }
    // The patients come with a night in the middle, and once more at the end.
    List<String> days = new ArrayList<>(nights.keySet());
    nights.get(days.get(days.size() / 2)).add(source.resolve("patients.csv"));
    nights.values().forEach(files -> files.sort(null));
    return nights;
  }

  private void deliver(IntakeStage stage, List<Path> night, Random random, boolean shrinks)
      throws IOException {
    List<Path> files = new ArrayList<>(night);
    Collections.shuffle(files, random);
    for (Path file : files) {
      String name = file.getFileName().toString();
      String text = Files.readString(file);
      // What an incomplete snapshot has cleared cannot stand again as of before.
      if (random.nextInt(4) == 0 && (shrinks || !isSnapshot(name))) {
        give(stage, name, part(text, random));
      }
      if (shrinks && random.nextInt(6) == 0) {
        give(stage, name, text);
        give(stage, name, part(text, random));
      }
      if (!shrinks || random.nextInt(10) > 0) {
        give(stage, name, text);
      }
      if (random.nextInt(5) == 0) {
        give(stage, name, text);
      }
      if (random.nextInt(6) == 0 && text.equals(last.get(name)) && NIGHT.matcher(name).find()) {
        // The same bytes under another name are nothing new.
        int before = stage.topics.facts.size();
        stage.put(name.replace(".csv", "_again.csv"), text);
        stage.intake.look();
        assertThat(stage.topics.facts).hasSize(before);
      }
      if (random.nextInt(8) == 0) {
        stage.restart();
      }
      if (random.nextInt(20) == 0) {
        stage.intake.rebuild();
      }
    }
  }

  /** The files of a night in one archive, in any order. */
  private void deliverPacked(IntakeStage stage, Map.Entry<String, List<Path>> night, Random random)
      throws IOException {
    List<Path> files = new ArrayList<>(night.getValue());
    Collections.shuffle(files, random);
    Path packed = stage.inbox.resolve("night_" + night.getKey() + ZIP);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(packed))) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        zip.putNextEntry(new ZipEntry(name));
        zip.write(Files.readAllBytes(file));
        last.put(name, Files.readString(file));
      }
    }
    stage.now = stage.now.plusSeconds(60);
    stage.intake.look();
  }

  private static boolean isSnapshot(String name) {
    return name.startsWith("missed_notes") || name.startsWith("integration_rejections");
  }

  private void give(IntakeStage stage, String name, String text) throws IOException {
    stage.now = stage.now.plusSeconds(60);
    stage.put(name, text);
    last.put(name, text);
    stage.intake.look();
  }

  /** The header and some of the rows; no cell has a line break in it. */
  private static String part(String text, Random random) {
    StringBuilder part = new StringBuilder();
    boolean header = true;
    for (String line : text.split("(?<=\n)", -1)) {
      if (header || random.nextBoolean()) {
        part.append(line);
      }
      header = false;
    }
    return part.toString();
  }

  /** The folder of what stands for each name, taken from the archive itself. */
  private Path archiveOf(IntakeStage stage, Path source) throws IOException {
    Path folder = Files.createDirectory(temp.resolve("archive"));
    Files.copy(source.resolve("mapping.yaml"), folder.resolve("mapping.yaml"));
    Files.copy(source.resolve("settings.yaml"), folder.resolve("settings.yaml"));
    List<ReceivedFile> received = new ArrayList<>();
    new Journal(stage.archive).lines().forEach(line -> received.add(line.file()));
    received.removeIf(file -> file.getName().endsWith(ZIP));
    for (ReceivedFile file : received) {
      Files.writeString(
          folder.resolve(file.getName()),
          Files.readString(new Journal(stage.archive).content(file)),
          UTF_8);
    }
    for (Map.Entry<String, String> one : last.entrySet()) {
      assertThat(folder.resolve(one.getKey())).hasContent(one.getValue());
    }
    return folder;
  }

  private static List<SpecificRecord> oneRun(Path folder, Instant present) {
    List<SpecificRecord> facts = Collections.synchronizedList(new ArrayList<>());
    InputFolder.open(folder, null, new RunTime(null, present))
        .readInto(
            new FactSink() {
              @Override
              public void fact(SpecificRecord fact, Instant knownAt) {
                facts.add(fact);
              }

              @Override
              public void deadLetter(DeadLetter letter) {
                throw new AssertionError(letter);
              }
            },
            false,
            2);
    return facts;
  }

  private static void assertSame(
      IntakeStage stage, Map<String, SpecificRecord> wanted, boolean shrinks) {
    Map<String, SpecificRecord> standing = stage.standing();
    List<String> wrong = new ArrayList<>();
    for (String entity : new TreeSet<>(both(standing, wanted))) {
      SpecificRecord one = standing.get(entity);
      SpecificRecord other = wanted.get(entity);
      // There is no word that takes back how far a source was complete
      boolean isSaidForGood = shrinks && one instanceof Feed;
      if (isSaidForGood || (one != null && other == null && isGone(one))) {
        continue;
      }
      String has = one == null ? "nothing" : (shrinks ? untimed(one) : plain(one)).toString();
      String should =
          other == null ? "nothing" : (shrinks ? untimed(other) : plain(other)).toString();
      if (!has.equals(should)) {
        wrong.add("has    " + has + "\nshould " + should);
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(stage.topics.facts).doesNotHaveDuplicates();
  }

  private static List<String> both(Map<String, ?> one, Map<String, ?> other) {
    List<String> both = new ArrayList<>(one.keySet());
    both.addAll(other.keySet());
    return both;
  }

  /** Whether it has been taken back. There is no word for that of a transmission. */
  private static boolean isGone(SpecificRecord fact) {
    return switch (FactKind.of(fact)) {
      case VISIT -> ((Visit) fact).getStatus() == VisitStatus.RETRACTED;
      case CHARGE -> ((Charge) fact).getStatus() == ChargeStatus.REMOVED;
      case REJECTION -> ((Rejection) fact).getStatus() == RejectionStatus.CLEARED;
      case NOTE -> ((Note) fact).getStatus() != NoteStatus.OPEN;
      case TRANSMISSION -> ((org.visitbalance.fact.Transmission) fact).getPatientKey() != null;
      case FEED, DECISION -> false;
    };
  }

  private static SpecificRecord plain(SpecificRecord fact) {
    SpecificRecord copy = FactBytes.decode(FactBytes.encode(fact));
    String id = Facts.eventId(fact);
    copy.put(copy.getSchema().getField("eventId").pos(), id.replaceAll("\\++$", ""));
    return copy;
  }

  /** Without what a fact must take over from a later one that it has to win over. */
  private static SpecificRecord untimed(SpecificRecord fact) {
    SpecificRecord copy = FactBytes.decode(FactBytes.encode(fact));
    for (String name : List.of("eventId", "occurredAt", "updatedAt", "at")) {
      var field = copy.getSchema().getField(name);
      if (field != null) {
        copy.put(field.pos(), name.equals("eventId") ? "" : Instant.EPOCH);
      }
    }
    return copy;
  }

  /** The figures, as the facts that intake has sent give them. */
  private void assertSameBalance(IntakeStage stage, Path archive) throws IOException {
    Path sent = Files.createDirectory(temp.resolve("sent"));
    Files.copy(archive.resolve("settings.yaml"), sent.resolve("settings.yaml"));
    Map<String, SpecificRecord> wanted = IntakeStage.standing(oneRun(archive, stage.now));
    StringBuilder lines = new StringBuilder();
    for (SpecificRecord fact : stage.topics.facts) {
      if (wanted.containsKey(FactTables.entity(fact))) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(line)) {
          FactJson.write(json, fact, Facts.occurredAt(fact));
        }
        lines.append(line).append('\n');
      }
    }
    Files.writeString(sent.resolve("facts.jsonl"), lines);
    Path one = temp.resolve("balance-of-sent");
    Path other = temp.resolve("balance-of-archive");
    balance(sent, one);
    balance(archive, other);
    try (Stream<Path> files = Files.list(other)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".jsonl")).toList()) {
        assertThat(one.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
    }
  }

  private static void balance(Path input, Path output) {
    int exit =
        Main.run(
            new String[] {
              "balance",
              "--input",
              input.toString(),
              "--output",
              output.toString(),
              "--as-of",
              "2027-01-20T12:00:00Z",
              "--imply-feed=false"
            });
    assertThat(exit).isLessThan(2);
  }
}
