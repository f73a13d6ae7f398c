package org.visitbalance.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.scenario.ExtractFiles;
import org.visitbalance.scenario.ExtractStyle;
import org.visitbalance.scenario.FactFiles;
import org.visitbalance.scenario.FactSource;
import org.visitbalance.scenario.November;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Rate;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.scenario.ScenarioOptions;
import org.visitbalance.scenario.ScenarioOptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes the files of a made-up company: as JSON lines, or as exports of the two systems. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes the files of a made-up company: facts, and settings that fit them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  A month of three clinics, to balance and experiment with:",
      "    generate --output /tmp/company",
      "    balance --input /tmp/company --output /tmp/result",
      "  The same as the nightly exports of a real clinic:",
      "    generate --output /tmp/exports --form csv",
      "  A million facts, to measure with:",
      "    generate --output /tmp/million --facts 1000000",
      "  A company that loses one charge in ten:",
      "    generate --output /tmp/lossy --rate LOST=0.1",
      "",
      "The same options give the same files on every machine. Every person in them is made up.",
      "Exit status: 0 written, 2 the arguments cannot be used or the files could not be written."
    })
public final class GenerateCommand implements Callable<Integer> {
  private static final int UNUSABLE = 2;
  private static final int DAYS_FOR_FACTS = 90;
  private static final String OWN_FILES =
      "(facts|settings|mapping|charges|billing_charges|claims_feed|missed_notes"
          + "|integration_rejections|patients|feeds)[_.].*";

  /** Approximate facts per ordinary visit, times the share of days on which clinics are open. */
  private static final double FACTS_PER_SEAT = 5.7 * 5 / 7;

  /** The kinds of companies. */
  enum Kind {
    CLINIC,
    CHAOS,
    ONE_PATIENT,
    NOVEMBER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The forms of files. */
  enum Form {
    JSONL,
    CSV;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write to; created if missing")
  private Path output = Path.of("");

  @Option(
      names = "--form",
      paramLabel = "FORM",
      description =
          "jsonl: facts as JSON lines; csv: exports of both systems and a mapping, limited to what"
              + " exports can carry (default: ${DEFAULT-VALUE})")
  private Form form = Form.JSONL;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "clinic: an ordinary company; chaos: everything goes wrong, few ids and dates;"
              + " one-patient: one patient with a visit every day; november: the example in the"
              + " README, takes no other options (default: ${DEFAULT-VALUE})")
  private Kind preset = Kind.CLINIC;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random numbers; another seed gives another company (default: 1)")
  private @Nullable Long seed;

  @Option(
      names = "--clinics",
      paramLabel = "N",
      description = "Number of clinics, each with a second location (default: 3)")
  private @Nullable Integer clinics;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Number of days, including closed weekends (default: 28)")
  private @Nullable Integer days;

  @Option(
      names = "--visits-per-day",
      paramLabel = "N",
      description = "Average visits per clinic and open day (default: 15)")
  private @Nullable Integer visitsPerDay;

  @Option(
      names = "--facts",
      paramLabel = "N",
      description = "Stop after N facts; sets the days and visits to reach N unless they are given")
  private @Nullable Long facts;

  @Option(names = "--from", paramLabel = "DATE", description = "First day (default: 2026-11-02)")
  private @Nullable LocalDate from;

  @Option(
      names = "--rate",
      paramLabel = "NAME=VALUE",
      description = "How often something happens, from 0 to 1; docs/scenario.md lists the names")
  private Map<Rate, Double> rates = new TreeMap<>();

  @Option(
      names = "--one-file",
      description = "Write all facts to one facts.jsonl instead of one file per day")
  private boolean oneFile;

  @Option(
      names = "--force",
      description = "Write even if the folder is not empty; removes the files of an earlier run")
  private boolean force;

  @Override
  public Integer call() {
    FactSource source = source();
    try {
      prepare();
      long written =
          form == Form.CSV
              ? ExtractFiles.write(source, output, ExtractStyle.USUAL)
              : FactFiles.write(source, output, !oneFile);
      out().println(written + " facts written to " + output);
      return 0;
    } catch (IOException e) {
      err().println("visit-balance: cannot write to " + output + ": " + reason(e));
      return UNUSABLE;
    }
  }

  private FactSource source() {
    if (preset == Kind.NOVEMBER) {
      if (seed != null
          || clinics != null
          || days != null
          || visitsPerDay != null
          || facts != null
          || from != null
          || !rates.isEmpty()) {
        throw unusable("--preset november is always the same company; remove the other options");
      }
      return new November();
    }
    try {
      return new Scenario(options());
    } catch (IllegalArgumentException e) {
      throw unusable("unusable option: " + e.getMessage());
    }
  }

  private ScenarioOptions options() {
    ScenarioOptionsBuilder options = base().with();
    if (seed != null) {
      options.seed(seed);
    }
    if (clinics != null) {
      options.clinics(clinics, 2);
    }
    if (facts != null) {
      enough(options, facts);
    }
    if (days != null) {
      options.days(days);
    }
    if (visitsPerDay != null) {
      options.visitsPerDay(visitsPerDay);
    }
    if (from != null) {
      options.firstDay(from);
    }
    rates.forEach(options::rate);
    if (form == Form.CSV) {
      options.exportable();
    }
    return options.build();
  }

  private ScenarioOptions base() {
    return switch (preset) {
      case CHAOS -> Preset.CHAOS.options();
      case ONE_PATIENT -> Preset.ONE_PATIENT.options();
      default -> Preset.CLINIC.options();
    };
  }

  /**
   * Makes room for the wanted number of facts: more days for a single patient, otherwise larger
   * clinics.
   */
  private void enough(ScenarioOptionsBuilder options, long wanted) {
    if (wanted < 1) {
      throw new IllegalArgumentException("facts must be at least 1");
    }
    options.maxFacts(wanted);
    if (preset == Kind.ONE_PATIENT) {
      options.days((int) Math.min(Integer.MAX_VALUE / 2, wanted));
      return;
    }
    int number = clinics == null ? 3 : clinics;
    int length = days == null ? DAYS_FOR_FACTS : days;
    double visits = wanted / (FACTS_PER_SEAT * number * length);
    options.days(2 * length).visitsPerDay((int) Math.ceil(visits));
  }

  private void prepare() throws IOException {
    Files.createDirectories(output);
    try (Stream<Path> files = Files.list(output)) {
      if (files.findAny().isEmpty()) {
        return;
      }
    }
    if (!force) {
      throw unusable("the folder " + output + " is not empty; name another folder or add --force");
    }
    removeOwnFiles();
  }

  /** Removes the files that this command writes; leaves all others alone. */
  private void removeOwnFiles() throws IOException {
    try (Stream<Path> files = Files.list(output)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().matches(OWN_FILES)) {
          Files.delete(file);
        }
      }
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException) {
      return "it is a file; name a folder";
    } else if (e instanceof AccessDeniedException) {
      return "you do not have permission; name a folder that you can write to";
    } else if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return "the system reports: " + e.getMessage();
  }

  private ParameterException unusable(String message) {
    return new ParameterException(spec().commandLine(), message);
  }

  private PrintWriter out() {
    return spec().commandLine().getOut();
  }

  private PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not started by picocli");
    }
    return spec;
  }
}
