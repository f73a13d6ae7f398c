package org.visitbalance.cli.intake;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.Yaml;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.intake.Expectation;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.intake.hl7.Hl7Entry;
import org.visitbalance.intake.sftp.SftpEntry;

/**
 * What an intake file says; docs/intake.md lists its keys.
 *
 * @param sftp the servers whose files are fetched into the folders
 * @param hl7 where messages are listened for
 */
record IntakeFile(List<IntakeFolder> folders, List<SftpEntry> sftp, List<Hl7Entry> hl7) {
  private static final String A_FOLDER = "an absolute path of a folder";
  private static final String A_FILE = "an absolute path of a file";
  private static final String A_PATTERN = "a file name pattern such as charges_*.csv";
  private static final String A_DAY = "days of the week such as MONDAY";
  private static final String LATEST = "LATEST";

  /**
   * Reads a file.
   *
   * @throws InputException with the file, the line, the key and the allowed values
   */
  static IntakeFile read(Path file) {
    List<Yaml> documents = Yaml.documents(file);
    if (documents.size() != 1) {
      throw new InputException(file + ": must contain one document, not " + documents.size());
    }
    Yaml.Fields fields = documents.get(0).map("a map with folders");
    List<IntakeFolder> folders = new ArrayList<>();
    Set<Path> paths = new HashSet<>();
    for (Yaml place : fields.need("folders", "a list of folders").list("a list of folders")) {
      IntakeFolder folder = folder(place);
      if (!paths.add(folder.path())) {
        throw place.error("is the folder of another entry; every folder needs one entry");
      }
      folders.add(folder);
    }
    if (folders.isEmpty()) {
      throw documents.get(0).error("has no folders; add at least one");
    }
    Yaml sftp = fields.get("sftp");
    List<SftpEntry> entries =
        sftp == null
            ? List.of()
            : sftp.named("a list of servers", one -> entry(one, paths), SftpEntry::name);
    Yaml hl7 = fields.get("hl7");
    Set<String> tenants = new HashSet<>();
    folders.forEach(folder -> tenants.add(folder.tenant()));
    List<Hl7Entry> listeners = hl7 == null ? List.of() : new Hl7Entries(file).read(hl7, tenants);
    refuseOthers(fields, "folders, sftp, hl7");
    return new IntakeFile(folders, entries, listeners);
  }

  private static SftpEntry entry(Yaml place, Set<Path> folders) {
    Yaml.Fields fields = place.map("a map with name, host, user, keyEnv and more");
    Yaml into = fields.need("into", A_FOLDER);
    Yaml knownHosts = fields.need("knownHosts", A_FILE);
    Yaml match = fields.get("match");
    Map<String, String> values = new HashMap<>();
    values.put("into", path(into, A_FOLDER).toString());
    values.put("knownHosts", path(knownHosts, A_FILE).toString());
    if (match != null) {
      values.put("match", pattern(match));
    }
    fields.unknown().forEach((name, value) -> values.put(name, value.text("a text")));
    if (!folders.contains(path(into, A_FOLDER))) {
      throw into.error("must be the path of one of the folders in this file");
    }
    try {
      return SftpEntry.of(values);
    } catch (IllegalArgumentException e) {
      throw place.error("cannot be used: " + e.getMessage());
    }
  }

  private static IntakeFolder folder(Yaml place) {
    Yaml.Fields fields = place.map("a map with path, tenant, archive and quarantine");
    Yaml settle = fields.get("settle");
    Yaml ignore = fields.get("ignore");
    Yaml done = fields.get("doneFile");
    Yaml mapping = fields.get("mapping");
    Yaml expect = fields.get("expect");
    Yaml imply = fields.get("implyFeed");
    Yaml hl7 = fields.get("hl7");
    IntakeFolder folder =
        new IntakeFolder(
            path(fields.need("path", A_FOLDER), A_FOLDER),
            fields.need("tenant", "the company's name").text("the company's name"),
            mapping == null ? null : path(mapping, A_FILE),
            settle == null ? IntakeFolder.SETTLE : duration(settle),
            ignore == null ? IntakeFolder.IGNORED : patterns(ignore),
            done == null ? null : companion(done),
            path(fields.need("archive", A_FOLDER), A_FOLDER),
            path(fields.need("quarantine", A_FOLDER), A_FOLDER),
            expect == null ? List.of() : expectations(expect),
            imply != null && truth(imply),
            false,
            hl7 == null ? null : messages(hl7));
    refuseOthers(
        fields,
        "path, tenant, mapping, settle, ignore, doneFile, archive, quarantine, expect, implyFeed,"
            + " hl7");
    refuseNested(place, folder);
    return folder;
  }

  private static IntakeFolder.Messages messages(Yaml place) {
    Yaml.Fields fields = place.map("a map with source and mapping");
    Yaml source = fields.need("source", "EMR or BILLING");
    Hl7Source system = Hl7Source.named(source.text("EMR or BILLING"));
    if (system == null) {
      throw source.error("must be EMR or BILLING");
    }
    Yaml mapping = fields.get("mapping");
    refuseOthers(fields, "source, mapping");
    return new IntakeFolder.Messages(system, mapping == null ? null : path(mapping, A_FILE));
  }

  private static void refuseNested(Yaml place, IntakeFolder folder) {
    for (Path other : List.of(folder.archive(), folder.quarantine())) {
      if (other.equals(folder.path())) {
        throw place.error("has the intake folder as its archive or quarantine; use another one");
      }
    }
  }

  private static List<Expectation> expectations(Yaml place) {
    List<Expectation> all = new ArrayList<>();
    for (Yaml one : place.list("a list of files that must come")) {
      Yaml.Fields fields = one.map("a map with match, by and days");
      Yaml days = fields.get("days");
      Yaml completes = fields.get("completes");
      Yaml until = fields.get("until");
      if (until != null && !until.text(LATEST).equals(LATEST)) {
        throw until.error("must be " + LATEST);
      }
      all.add(
          new Expectation(
              pattern(fields.need("match", A_PATTERN)),
              time(fields.need("by", "a time of day such as \"05:30\"")),
              days == null ? EnumSet.allOf(DayOfWeek.class) : days(days),
              completes == null ? null : source(completes),
              until != null));
      refuseOthers(fields, "match, by, days, completes, until");
    }
    return all;
  }

  private static boolean truth(Yaml place) {
    return switch (place.text("true or false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw place.error("must be true or false");
    };
  }

  private static Path path(Yaml place, String wanted) {
    Path path = Path.of(place.text(wanted)).normalize();
    if (!path.isAbsolute()) {
      throw place.error("must be " + wanted);
    }
    return path;
  }

  private static Duration duration(Yaml place) {
    String wanted = "a duration such as PT30S";
    try {
      Duration duration = Duration.parse(place.text(wanted));
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeException e) {
      // Said below.
    }
    throw place.error("must be " + wanted);
  }

  private static LocalTime time(Yaml place) {
    String wanted = "a time of day such as \"05:30\"";
    try {
      return LocalTime.parse(place.text(wanted));
    } catch (DateTimeException e) {
      throw place.error("must be " + wanted);
    }
  }

  private static Set<DayOfWeek> days(Yaml place) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (Yaml one : place.list(A_DAY)) {
      String name = one.text(A_DAY).toUpperCase(Locale.ROOT);
      DayOfWeek day =
          Arrays.stream(DayOfWeek.values())
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElse(null);
      if (day == null) {
        throw one.error("must be one of " + Arrays.toString(DayOfWeek.values()));
      }
      days.add(day);
    }
    return days;
  }

  private static FeedSource source(Yaml place) {
    return switch (place.text("EMR or BILLING")) {
      case "EMR" -> FeedSource.EMR;
      case "BILLING" -> FeedSource.BILLING;
      default -> throw place.error("must be EMR or BILLING");
    };
  }

  private static List<String> patterns(Yaml place) {
    return place.list("a list of file name patterns").stream().map(IntakeFile::pattern).toList();
  }

  private static String pattern(Yaml place) {
    String pattern = place.text(A_PATTERN);
    try {
      FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      return pattern;
    } catch (PatternSyntaxException e) {
      throw place.error("must be " + A_PATTERN);
    }
  }

  private static @Nullable String companion(Yaml place) {
    String wanted = "a name with {name} in it, such as \"{name}.done\"";
    String name = place.text(wanted);
    if (!name.contains("{name}") || name.equals("{name}") || name.contains("/")) {
      throw place.error("must be " + wanted);
    }
    return name;
  }

  private static void refuseOthers(Yaml.Fields fields, String allowed) {
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are " + allowed);
    }
  }
}
