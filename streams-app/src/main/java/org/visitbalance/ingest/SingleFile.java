package org.visitbalance.ingest;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.output.DeadLetter;

/**
 * One file of a tenant, read by itself (files.md). Facts cannot be made of it alone: its rows are
 * kept, and {@link FactMaker} makes the facts of the rows of all files.
 */
public final class SingleFile {
  private static final String FOREIGN = "is not the tenant whose folder this is";

  private final Path path;
  private final String tenant;
  private final RunTime time;
  private final @Nullable RowSource source;
  private final @Nullable StoredForm form;
  private final boolean hasFacts;
  private final Crosswalk accounts = new Crosswalk();
  private final Repeats repeats = new Repeats();
  private final Map<String, Version> versions = new HashMap<>();
  private @Nullable LocalDate first;
  private @Nullable LocalDate last;

  /** A line as its file has it last. */
  private record Version(@Nullable Instant modified, long contents) {}

  private SingleFile(
      Path path,
      String tenant,
      RunTime time,
      @Nullable RowSource source,
      @Nullable StoredForm form,
      boolean hasFacts) {
    this.path = path;
    this.tenant = tenant;
    this.time = time;
    this.source = source;
    this.form = form;
    this.hasFacts = hasFacts;
  }

  /**
   * Opens a file and finds out what it is.
   *
   * @param zone the tenant's time zone, if it is known
   * @param receivedAt when it was received; what is later cannot have happened yet
   * @throws InputException if it cannot be used; the message has no cell of it
   */
  public static SingleFile open(
      Path path, TenantMapping mapping, String tenant, @Nullable ZoneId zone, Instant receivedAt) {
    Mapping own = mapping.of(tenant, zone);
    RunTime time = new RunTime(null, receivedAt);
    switch (InputFolder.format(path, own)) {
      case FACTS -> {
        return new SingleFile(path, tenant, time, null, null, true);
      }
      case OTHER -> throw new InputException(path.getFileName() + ": " + InputFolder.advice(path));
      case TABLE -> {
        // Below.
      }
    }
    RowSource source = InputFolder.source(path, own, Map.of(), time, 0);
    if (source == null) {
      return new SingleFile(path, tenant, time, null, null, false);
    } else if (!tenant.equals(source.tenant())) {
      throw new InputException(
          path.getFileName()
              + ": its mapping entry is for another tenant; remove tenant from "
              + source.entry().source());
    }
    return new SingleFile(path, tenant, time, source, form(path, mapping, source), false);
  }

  private static StoredForm form(Path path, TenantMapping mapping, RowSource source) {
    MappingEntry entry = source.entry();
    int position = mapping.positionOf(path);
    boolean own = position >= 0 && !mapping.entries().get(position).auto();
    Header header = source.file().header();
    List<String> names = IntStream.range(0, header.size()).mapToObj(header::name).toList();
    return new StoredForm(
        mapping.text(),
        position,
        own ? null : entry.source().replace("profile ", ""),
        names,
        source.zone(),
        source.kind().label(),
        entry.snapshot() == null ? source.kind().label() : "snapshot " + entry.series(),
        entry.snapshot() == null ? null : entry.snapshot().moment(source),
        RowNeeds.of(source).crosswalk());
  }

  /** Returns whether the mapping says to ignore it. */
  public boolean isIgnored() {
    return source == null && !hasFacts;
  }

  /** Returns whether it has facts as JSON lines, and no rows. */
  public boolean hasFacts() {
    return hasFacts;
  }

  /** Returns how its rows are read; only for tables. */
  public StoredForm form() {
    return RowFacts.need(form);
  }

  /** Returns what it was read by, for people: a mapping entry or a profile. */
  public String entry() {
    return source == null ? (hasFacts ? "JSON lines" : "ignored") : source.entry().source();
  }

  /** Returns whether it is a snapshot of a moment that has not come yet, which is not read. */
  public boolean isAhead() {
    return form != null && form.moment() != null && form.moment().isAfter(time.horizon());
  }

  /** Returns the columns of a table that no field is read from. */
  public List<String> unused() {
    if (source == null) {
      return List.of();
    }
    List<String> used =
        source.entry().columns().values().stream()
            .flatMap(spec -> spec.columns().stream())
            .map(Header::folded)
            .toList();
    return form().header().stream()
        .filter(name -> !name.isEmpty() && !used.contains(Header.folded(name)))
        .toList();
  }

  /** Returns the columns of a table that a field is read from. */
  public List<String> matched() {
    List<String> unused = unused();
    return source == null
        ? List.of()
        : form().header().stream()
            .filter(name -> !name.isEmpty() && !unused.contains(name))
            .toList();
  }

  /** Returns what a person should know about its rows, once they have been read: sentences. */
  public List<String> notes() {
    if (source == null) {
      return List.of();
    }
    Notices notices = new Notices();
    RowNotices.tell(List.of(source), accounts, notices);
    String name = source.file().fileName();
    if (form().moment() != null && source.count().dead.sum() > 0) {
      notices.add(
          Notices.About.SNAPSHOTS,
          name
              + " has rows that could not be used, so it clears nothing: entries stay open that it"
              + " does not list. Correct the rows, or export it again.");
    }
    if (source.kind() == RowKind.VISIT
        && source.count().rows > 0
        && !source.gives(Field.POS_CODE)) {
      notices.add(
          Notices.About.PLACES,
          name
              + " has no place of service column: its visits count as office (11), home visits too."
              + " If the export can have that column, map posCode.");
    }
    return notices.sentences();
  }

  /** Returns the smallest business date that was read, or null. */
  public @Nullable LocalDate first() {
    return first;
  }

  /** Returns the greatest business date that was read, or null. */
  public @Nullable LocalDate last() {
    return last;
  }

  /**
   * Reads the rows of a table.
   *
   * @throws InputException if it cannot be read to its end, or is not complete
   */
  public FileRead readRows(Consumer<StoredRow> rows, Consumer<DeadLetter> letters) {
    RowSource from = RowFacts.need(source);
    StoredForm how = form();
    FactOutlet outlet = new FactOutlet(new Letters(letters), new Crosswalk());
    RowReader reader = new RowReader(outlet);
    reader.read(
        from,
        row -> {
          String said = row.text(Field.TENANT);
          if (said != null && !said.equals(tenant)) {
            String column = from.nameOf(Field.TENANT.label());
            outlet.deadLetter(from, from.deadLetter(row.line(), column, FOREIGN));
            return;
          }
          see(businessDate(row));
          compare(row);
          rows.accept(stored(row, how));
        });
    RowCount count = from.count();
    return new FileRead(from.file().name(), count.rows, count.skipped, count.dead.sum());
  }

  /** Counts what takes the place of an earlier row of the file, as the making of facts decides. */
  private void compare(Row row) {
    switch (row.source().kind()) {
      case PATIENT -> accounts.add(row);
      case CHARGE -> {
        int unused = TableFacts.copies(repeats, row);
      }
      case VISIT -> {
        String pointer = row.text(Field.RECORD_POINTER);
        if (pointer != null) {
          compare(pointer, new Version(row.instant(Field.MODIFIED), row.contents()));
        }
      }
      default -> {
        // What is told of them again is meant.
      }
    }
  }

  private void compare(String pointer, Version version) {
    Version before = versions.put(pointer, version);
    if (before == null) {
      return;
    } else if (VisitRows.BY_MODIFIED.compare(before.modified, version.modified) > 0) {
      versions.put(pointer, before);
    }
    if (Objects.equals(before.modified, version.modified) && before.contents != version.contents) {
      RowFacts.need(source).count().replaced++;
    }
  }

  private static StoredRow stored(Row row, StoredForm form) {
    RowKind kind = row.source().kind();
    return new StoredRow(
        row.line(),
        form.moment() == null ? RowFacts.id(row) : Snapshots.id(row),
        row.text(Field.RECORD_POINTER),
        kind == RowKind.PATIENT ? null : row.text(Field.PATIENT_KEY),
        row.date(Field.DATE_OF_SERVICE),
        RowCodec.encode(kind, row.values()));
  }

  private static @Nullable LocalDate businessDate(Row row) {
    LocalDate date =
        switch (row.source().kind()) {
          case VISIT -> row.date(Field.FINALIZED_ON);
          case CHARGE -> row.date(Field.CREATED_ON);
          default -> null;
        };
    return date == null ? row.date(Field.DATE_OF_SERVICE) : date;
  }

  /** Reads facts that are JSON lines. */
  public FileRead readFacts(Consumer<SpecificRecord> facts, Consumer<DeadLetter> letters) {
    JsonFacts json = new JsonFacts(List.of(path));
    long[] foreign = {0};
    json.readInto(
        new FactSink() {
          @Override
          public void fact(SpecificRecord fact, Instant knownAt) {
            if (Facts.tenant(fact).equals(tenant)) {
              see(
                  Facts.patientKey(fact) == null
                      ? LocalDate.ofInstant(Facts.occurredAt(fact), ZoneOffset.UTC)
                      : Facts.businessDate(fact));
              facts.accept(fact);
            } else {
              foreign[0]++;
            }
          }

          @Override
          public Instant knownAt(Instant told) {
            return time.present();
          }

          @Override
          public void deadLetter(DeadLetter letter) {
            letters.accept(letter);
          }
        },
        1);
    FileRead read = json.counts().get(0);
    if (foreign[0] > 0) {
      letters.accept(
          new DeadLetter(
              tenant, read.name(), null, 0L, "tenant", foreign[0] + " lines: " + FOREIGN));
    }
    return new FileRead(read.name(), read.rows(), read.skipped(), read.invalid() + foreign[0]);
  }

  private void see(@Nullable LocalDate date) {
    if (date != null) {
      first = first == null || date.isBefore(first) ? date : first;
      last = last == null || date.isAfter(last) ? date : last;
    }
  }

  /** Takes dead letters; rows alone give no facts. */
  private record Letters(Consumer<DeadLetter> letters) implements FactOutlet.Receiver {
    @Override
    public void fact(Row row, SpecificRecord fact, Instant knownAt, Instant told) {
      throw new IllegalStateException("rows alone give no facts");
    }

    @Override
    public Instant knownAt(Row row, Instant told) {
      return row.source().time().present();
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      letters.accept(letter);
    }
  }
}
