package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.output.FileState;

/**
 * Which expected files have come, kept in a file of the state that a rebuild does not touch. An
 * expectation counts from the day on which it is first seen. Not thread-safe.
 */
final class Expecting {
  private static final String SINCE = "since";
  private static final String ANSWER = "answer";
  private static final String GIVEN_UP = "given up";
  private static final String FEED = "feed";
  private static final String TOLD = "missing";
  private static final String OVER = "over";

  private final Path file;
  private final IntakePlan plan;
  private final Map<String, LocalDate> since = new HashMap<>();
  private final Map<String, Set<LocalDate>> answered = new HashMap<>();
  private final Map<String, Instant> feeds = new HashMap<>();
  private final Set<String> receipts = new HashSet<>();
  private final Map<String, String> givenUpBy = new HashMap<>();

  /** The files that the topic has as missing. */
  private final Map<String, MissingFile> told = new LinkedHashMap<>();

  private Expecting(Path file, IntakePlan plan) {
    this.file = file;
    this.plan = plan;
  }

  /** Opens the file in a state folder, and begins with what is expected for the first time. */
  static Expecting open(IntakePlan plan, Instant now) throws IOException {
    Expecting expecting = new Expecting(plan.state().resolve("expected.log"), plan);
    if (Files.exists(expecting.file)) {
      String text = Files.readString(expecting.file);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      if (whole.length() < text.length()) {
        // A crash has left a part of a line.
        Files.writeString(expecting.file, whole);
      }
      whole.lines().forEach(expecting::take);
    }
    for (IntakeFolder folder : plan.folders()) {
      for (Expectation one : folder.expect()) {
        if (!expecting.since.containsKey(key(folder.tenant(), one.match()))) {
          LocalDate today = expecting.today(folder.tenant(), now);
          expecting.add(SINCE, folder.tenant(), one.match(), today.toString());
        }
      }
    }
    return expecting;
  }

  private void take(String line) {
    String[] parts = line.split("\t", -1);
    String key = key(parts[1], parts[2]);
    switch (parts[0]) {
      case SINCE -> since.put(key, LocalDate.parse(parts[3]));
      case FEED -> feeds.put(key, Instant.parse(parts[3]));
      case TOLD ->
          told.put(
              key + "\t" + parts[3],
              new MissingFile(
                  parts[1], parts[2], LocalDate.parse(parts[3]), Instant.parse(parts[4])));
      case OVER -> told.remove(key + "\t" + parts[3]);
      default -> {
        answered.computeIfAbsent(key, any -> new HashSet<>()).add(LocalDate.parse(parts[3]));
        if (parts[0].equals(ANSWER)) {
          receipts.add(key + "\t" + parts[4]);
        } else {
          givenUpBy.put(key + "\t" + parts[3], parts[4]);
        }
      }
    }
  }

  private void add(String... parts) throws IOException {
    String line = String.join("\t", parts);
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      append(channel, line);
    }
    take(line);
  }

  /** Adds a whole line or nothing. */
  static void append(FileChannel channel, String line) throws IOException {
    long before = channel.size();
    try {
      ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      // On a full disk, a part of a line would become one with the next line.
      channel.truncate(before);
      throw e;
    }
  }

  private static String key(String tenant, String name) {
    return tenant + "\t" + name;
  }

  private ZoneId zone(String tenant) {
    ZoneId zone = plan.zones().apply(tenant);
    return zone == null ? ZoneOffset.UTC : zone;
  }

  private LocalDate today(String tenant, Instant now) {
    return LocalDate.ofInstant(now, zone(tenant));
  }

  /** Returns the oldest day until today on which an expected file is still missing, or null. */
  private @Nullable LocalDate open(String tenant, Expectation one, Instant now) {
    List<LocalDate> days = openDays(tenant, one, now);
    return days.isEmpty() ? null : days.get(0);
  }

  private List<LocalDate> openDays(String tenant, Expectation one, Instant now) {
    String key = key(tenant, one.match());
    Set<LocalDate> done = answered.getOrDefault(key, Set.of());
    List<LocalDate> days = new ArrayList<>();
    LocalDate today = today(tenant, now);
    for (LocalDate day = since.getOrDefault(key, today);
        !day.isAfter(today);
        day = day.plusDays(1)) {
      if (one.days().contains(day.getDayOfWeek()) && !done.contains(day)) {
        days.add(day);
      }
    }
    return days;
  }

  private List<Expectation> of(String tenant) {
    return plan.folders().stream()
        .filter(folder -> folder.tenant().equals(tenant))
        .flatMap(folder -> folder.expect().stream())
        .toList();
  }

  /** Returns the day whose expectation a file of a name would answer, or null. */
  @Nullable LocalDate opens(String tenant, String name, Instant now) {
    for (Expectation one : of(tenant)) {
      if (IntakeFolder.fits(one.match(), name)) {
        return open(tenant, one, now);
      }
    }
    return null;
  }

  /**
   * Notes that a file has come: it answers the oldest open day of each expectation that it fits.
   */
  void answer(String tenant, String name, long receipt, Instant now) throws IOException {
    for (Expectation one : of(tenant)) {
      boolean isKnown = receipts.contains(key(tenant, one.match()) + "\t" + receipt);
      if (!isKnown && IntakeFolder.fits(one.match(), name)) {
        LocalDate day = open(tenant, one, now);
        if (day != null) {
          add(ANSWER, tenant, one.match(), day.toString(), Long.toString(receipt));
        }
      }
    }
  }

  /** Gives up a file that will not come; returns whether it was open. */
  boolean giveUp(String tenant, String match, LocalDate day, String by, Instant now)
      throws IOException {
    for (Expectation one : of(tenant)) {
      if (one.match().equals(match) && openDays(tenant, one, now).contains(day)) {
        add(GIVEN_UP, tenant, match, day.toString(), by.replaceAll("[\\t\\n]", " "));
        return true;
      }
    }
    return false;
  }

  /** Returns the files that should have come, the oldest first. */
  List<MissingFile> missing(Instant now) {
    List<MissingFile> missing = new ArrayList<>();
    for (IntakeFolder folder : plan.folders()) {
      ZoneId zone = zone(folder.tenant());
      for (Expectation one : folder.expect()) {
        for (LocalDate day : openDays(folder.tenant(), one, now)) {
          Instant due = day.atTime(one.by()).atZone(zone).toInstant();
          if (now.isAfter(due)) {
            missing.add(new MissingFile(folder.tenant(), one.match(), day, due));
          }
        }
      }
    }
    missing.sort(
        Comparator.comparing(MissingFile::due)
            .thenComparing(MissingFile::tenant)
            .thenComparing(MissingFile::match));
    return missing;
  }

  /** Returns the files that should have come and of which the topic says nothing yet. */
  List<MissingFile> untold(Instant now) {
    return missing(now).stream().filter(one -> !told.containsKey(key(one))).toList();
  }

  /** Notes that the topic has a file as missing. */
  void told(MissingFile one) throws IOException {
    add(TOLD, one.tenant(), one.match(), one.day().toString(), one.due().toString());
  }

  /**
   * A file that the topic has as missing, and that is missing no more.
   *
   * @param state that it has come, or was given up
   * @param by who gave it up; null unless somebody did
   */
  record End(MissingFile file, FileState state, @Nullable String by) {}

  /** Returns what has become of the files that the topic has as missing. */
  List<End> ends(Instant now) {
    List<End> ends = new ArrayList<>();
    for (MissingFile one : told.values()) {
      Expectation expectation =
          of(one.tenant()).stream()
              .filter(each -> each.match().equals(one.match()))
              .findFirst()
              .orElse(null);
      String by = givenUpBy.get(key(one));
      if (expectation == null || by != null) {
        ends.add(new End(one, FileState.GIVEN_UP, by));
      } else if (!openDays(one.tenant(), expectation, now).contains(one.day())) {
        ends.add(new End(one, FileState.CAME, null));
      }
    }
    return ends;
  }

  /** Notes that the topic has a file as missing no more. */
  void over(MissingFile one) throws IOException {
    add(OVER, one.tenant(), one.match(), one.day().toString());
  }

  private static String key(MissingFile one) {
    return key(one.tenant(), one.match()) + "\t" + one.day();
  }

  /**
   * A system of which all files of some days have come.
   *
   * @param until until when it is complete; null for the latest time that it has told of
   */
  record Complete(String tenant, FeedSource source, @Nullable Instant until) {}

  /** Returns the systems that are complete until some day. */
  List<Complete> complete(Instant now) {
    List<Complete> all = new ArrayList<>();
    Set<String> tenants = new TreeSet<>();
    plan.folders().forEach(folder -> tenants.add(folder.tenant()));
    for (String tenant : tenants) {
      for (FeedSource source : List.of(FeedSource.EMR, FeedSource.BILLING)) {
        List<Expectation> completing =
            of(tenant).stream().filter(one -> one.completes() == source).toList();
        LocalDate last = lastComplete(tenant, completing, now);
        if (last != null) {
          boolean latest = completing.stream().anyMatch(Expectation::untilLatest);
          Instant until = last.atStartOfDay(zone(tenant)).toInstant();
          all.add(new Complete(tenant, source, latest ? null : until));
        }
      }
    }
    return all;
  }

  private @Nullable LocalDate lastComplete(
      String tenant, List<Expectation> completing, Instant now) {
    LocalDate firstOpen = null;
    TreeSet<LocalDate> done = new TreeSet<>();
    for (Expectation one : completing) {
      LocalDate open = open(tenant, one, now);
      firstOpen =
          open != null && (firstOpen == null || open.isBefore(firstOpen)) ? open : firstOpen;
      done.addAll(answered.getOrDefault(key(tenant, one.match()), Set.of()));
    }
    if (done.isEmpty()) {
      return null;
    }
    return firstOpen == null ? done.last() : done.lower(firstOpen);
  }

  /** Returns until when a system was last said to be complete, or null. */
  @Nullable Instant said(String tenant, FeedSource source) {
    return feeds.get(key(tenant, source.name()));
  }

  /** Notes until when a system was said to be complete. */
  void said(String tenant, FeedSource source, Instant until) throws IOException {
    add(FEED, tenant, source.name(), until.toString());
  }
}
