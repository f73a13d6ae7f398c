package org.visitbalance.cli.intake;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.core.FactKind;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.hl7.Hl7Batch;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Profile;
import org.visitbalance.ingest.hl7.Hl7Reading;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.ingest.hl7.Hl7Translator;
import org.visitbalance.intake.hl7.Hl7Tls;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tests HL7 v2 messages and listeners; see docs/intake.md#hl7. */
@Command(
    name = "hl7",
    mixinStandardHelpOptions = true,
    description = {
      "Tests HL7 v2 messages, and the listener of an intake.",
      "",
      "docs/intake.md describes how messages become facts."
    },
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "Examples:",
      "  bin/visit-balance hl7 try messages.hl7 --mapping harbor-hl7.yaml",
      "  bin/visit-balance hl7 send 127.0.0.1:2575 messages.hl7"
    })
public final class Hl7Command implements Callable<Integer> {
  private static final String TENANT = "T1";
  private static final String UNNAMED = "none";

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  Hl7Command() {}

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Missing required command: try or send");
  }

  /** What became of the messages of a file. */
  private static final class Tally {
    long unusable;
    final Map<String, Long> facts = new TreeMap<>();
  }

  /** Shows what the messages of a file give. */
  @Command(
      name = "try",
      mixinStandardHelpOptions = true,
      description = {
        "Shows what each message of a file gives: kinds and numbers of facts, and why a part cannot"
            + " be used. Shows no content of a message, and sends nothing.",
        "",
        "Exit status: 0 each message can be used, 1 a part of one cannot, 2 the file or the mapping"
            + " cannot be used."
      })
  int tryOut(
      @Parameters(paramLabel = "FILE", description = "Messages, with or without FHS and BHS")
          Path file,
      @Option(names = "--mapping", paramLabel = "FILE", description = "Mapping of the sender")
          @Nullable Path mapping,
      @Option(
              names = "--source",
              paramLabel = "SYSTEM",
              defaultValue = "EMR",
              description = "System that sends DFT messages: EMR or BILLING (default: EMR)")
          Hl7Source source,
      @Option(
              names = "--zone",
              paramLabel = "ZONE",
              defaultValue = "UTC",
              description = "Time zone of times without an offset (default: UTC)")
          String zone)
      throws IOException {
    Hl7Profile profile = profile(mapping);
    ZoneId named = profile.zone();
    ZoneId where = named == null ? zone(zone) : named;
    Hl7Translator translator = new Hl7Translator(profile, source, where);
    PrintWriter out = spec.commandLine().getOut();
    Instant now = InstantSource.system().instant();
    Tally tally = new Tally();
    if (!Files.exists(file)) {
      throw new InputException(file + ": does not exist");
    } else if (!Files.isRegularFile(file) || !Hl7Batch.is(file)) {
      throw new InputException(
          file + ": is no file of HL7 messages; it must begin with MSH, FHS or BHS");
    }
    long messages =
        Hl7Batch.read(
            file,
            (bytes, line) -> {
              Hl7Reading reading = translator.read(bytes, now, UNNAMED);
              show(out, tally, line, reading, where, now);
            });
    out.printf("%s; facts: %s%n", counted(messages, "message"), counts(tally.facts));
    out.flush();
    return tally.unusable == 0 ? ExitStatus.OK : ExitStatus.DIFFERS;
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new InputException("--zone must be a time zone such as America/New_York", e);
    }
  }

  static Hl7Profile profile(@Nullable Path mapping) {
    try {
      return mapping == null
          ? Hl7Profile.of("defaults", "")
          : Hl7Profile.of(String.valueOf(mapping.getFileName()), Files.readString(mapping));
    } catch (IOException e) {
      throw new InputException("the mapping " + mapping + " cannot be read", e);
    }
  }

  private static void show(
      PrintWriter out, Tally tally, long line, Hl7Reading reading, ZoneId zone, Instant now) {
    Hl7Checked checked = Hl7Checked.of(reading, "messages", TENANT, zone, now, 0);
    out.printf("line %d: %s: %s%n", line, reading.kind(), says(tally, reading, checked, zone));
    for (Hl7Reading.Dead dead : checked.dead()) {
      tally.unusable++;
      out.printf(
          "  %s%s%s%n",
          dead.segment() == 0 ? "" : "FT1 " + dead.segment() + ": ",
          dead.field() == null ? "" : dead.field() + " ",
          dead.reason());
    }
  }

  private static String says(Tally tally, Hl7Reading reading, Hl7Checked checked, ZoneId zone) {
    if (reading.use() == Hl7Reading.Use.UNUSED) {
      return "nothing of use";
    }
    Map<String, Long> kinds = new TreeMap<>();
    for (SpecificRecord fact : checked.facts("messages", TENANT, zone)) {
      kinds.merge(FactKind.of(fact).label(), 1L, Long::sum);
    }
    long patients = checked.rows().stream().filter(row -> row.kind().equals("patient")).count();
    kinds.forEach((kind, count) -> tally.facts.merge(kind, count, Long::sum));
    if (patients > 0) {
      kinds.put("patient", patients);
    }
    if (!reading.merges().isEmpty()) {
      kinds.put("merge", (long) reading.merges().size());
    }
    return counts(kinds)
        + "; "
        + checked.says()
        + (reading.ignored() == 0 ? "" : ", " + reading.ignored() + " ignored")
        + (reading.assumed() == 0 ? "" : ", " + reading.assumed() + " without units");
  }

  private static String counts(Map<String, Long> kinds) {
    return kinds.isEmpty()
        ? "none"
        : kinds.entrySet().stream()
            .map(one -> counted(one.getValue(), one.getKey()))
            .collect(Collectors.joining(", "));
  }

  /** Returns a number with its noun. */
  static String counted(long number, String noun) {
    return String.format("%,d %s%s", number, noun, number == 1 ? "" : "s");
  }

  /** Sends the messages of files to a listener. */
  @Command(
      name = "send",
      mixinStandardHelpOptions = true,
      description = {
        "Sends the messages of files to a listener, and shows its answers.",
        "",
        "Exit status: 0 each message is accepted, 1 one is not, 2 the files or the listener cannot"
            + " be used."
      })
  int send(
      @Parameters(index = "0", paramLabel = "HOST:PORT", description = "Listener") String place,
      @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Messages")
          List<Path> files,
      @Option(
              names = "--rate",
              paramLabel = "N",
              defaultValue = "0",
              description = "Most messages a second; 0 for as many as possible (default: 0)")
          double rate,
      @Option(
              names = "--connections",
              paramLabel = "N",
              defaultValue = "1",
              description = "Connections at a time (default: 1)")
          int connections,
      @Option(
              names = "--window",
              paramLabel = "N",
              defaultValue = "1",
              description = "Messages of a connection without an answer (default: 1)")
          int window,
      @Option(
              names = "--wait",
              paramLabel = "SECONDS",
              defaultValue = "30",
              description = "Longest time to wait for an answer (default: 30)")
          int wait,
      @Option(names = "--quiet", description = "Show the summary alone") boolean quiet,
      @Option(names = "--tls", description = "Use TLS, and check the listener's certificate")
          boolean tls,
      @Option(
              names = "--truststore",
              paramLabel = "FILE",
              description = "PKCS #12 file with the certificates to trust (default: those of Java)")
          @Nullable Path truststore,
      @Option(
              names = "--keystore",
              paramLabel = "FILE",
              description = "PKCS #12 file with the certificate and key of this side")
          @Nullable Path keystore,
      @Option(
              names = "--password-env",
              paramLabel = "NAME",
              defaultValue = "VISIT_BALANCE_HL7_PASSWORD",
              description =
                  "Variable with the password of both files (default: VISIT_BALANCE_HL7_PASSWORD)")
          String passwordEnv)
      throws IOException, InterruptedException {
    int colon = place.lastIndexOf(':');
    if (colon <= 0 || !place.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new InputException("HOST:PORT must be such as 127.0.0.1:2575");
    } else if (connections < 1 || window < 1 || wait < 1 || rate < 0) {
      throw new InputException(
          "--connections, --window, and --wait must be 1 or more, --rate 0 or more");
    }
    String password = System.getenv(passwordEnv);
    Hl7Tls secure = tls ? new Hl7Tls(keystore, password, truststore, password) : null;
    PrintWriter out = spec.commandLine().getOut();
    Hl7Sending sending =
        new Hl7Sending(
            place.substring(0, colon),
            Integer.parseInt(place.substring(colon + 1)),
            secure,
            window,
            rate,
            Duration.ofSeconds(wait),
            quiet ? null : out);
    Map<String, AtomicLong> codes = sending.send(files, connections);
    long all = codes.values().stream().mapToLong(AtomicLong::get).sum();
    long good = 0;
    for (String code : List.of("AA", "CA")) {
      AtomicLong count = codes.get(code);
      good += count == null ? 0 : count.get();
    }
    out.printf(
        "%s in %.1f s, %,.0f a second; answers: %s%n",
        counted(all, "message"),
        sending.seconds(),
        all / Math.max(sending.seconds(), 0.001),
        codes);
    out.flush();
    return good == all ? ExitStatus.OK : ExitStatus.DIFFERS;
  }
}
