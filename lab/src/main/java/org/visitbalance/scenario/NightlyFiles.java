package org.visitbalance.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;

/**
 * The files that the two systems of a living company deliver after each night: the extract of each,
 * the Claims Feed, and the reports of that evening. A system that was silent in the evening
 * delivers nothing; when it is heard of again, the files of the nights before come too. Only what
 * is not delivered yet is kept in memory.
 */
public final class NightlyFiles {
  /** The files that come for each day, unless a system is silent. */
  public static final String VISITS = "charges_";

  public static final String CHARGES = "billing_charges_";

  private static final int DELIVERED_AT_HOUR = 1;

  private final LivingCompany company;
  private final Path folder;
  private final CsvOutput csv;
  private final ExtractCells cells;
  private final ChargesExtract visits;
  private final BillingExtract charges;
  private final Reports reports;
  private final Outgoing emr = new Outgoing();
  private final Outgoing billing = new Outgoing();
  private final OpenEntries notes = new OpenEntries();
  private final OpenEntries rejections = new OpenEntries();
  private LocalDate night;

  /**
   * Files of a company that has not lived yet.
   *
   * @param folder where files come in, all files of a night at once
   * @param staging a folder on the same file system, in which they are written
   */
  public NightlyFiles(LivingCompany company, Path folder, Path staging) {
    this.company = company;
    this.folder = folder;
    this.csv = new CsvOutput(staging, ExtractStyle.USUAL);
    this.cells = new ExtractCells(ExtractStyle.USUAL, company.zone(), true);
    this.visits = new ChargesExtract(cells);
    this.charges = new BillingExtract(cells);
    this.reports = new Reports(cells);
    this.night = LivingCompany.FIRST_DAY;
  }

  /** Returns the mapping that reads the files. */
  public String mapping() {
    return MappingYaml.text(company.settings().get(0).getTenant(), company.zone().getId(), true);
  }

  /** Returns when the files of the next night are due. */
  public Instant due() {
    return night.plusDays(1).atTime(DELIVERED_AT_HOUR, 0).atZone(company.zone()).toInstant();
  }

  /** Delivers the files that are due by a moment; returns whether there are any. */
  public boolean deliver(Instant now) throws IOException {
    boolean any = false;
    for (Instant due = due(); !due.isAfter(now); due = due()) {
      company.until(due).forEach(this::take);
      any |= deliver(emr, this::emr);
      any |= deliver(billing, this::billing);
      notes.forget(due);
      rejections.forget(due);
      night = night.plusDays(1);
    }
    company.until(now).forEach(this::take);
    return any;
  }

  private void take(TimedFact timed) {
    SpecificRecord fact = timed.fact();
    if (fact instanceof Feed feed) {
      (feed.getSource() == FeedSource.EMR ? emr : billing)
          .heard(cells.day(feed.getCompleteUntil()));
    } else if (fact instanceof Note note) {
      boolean open = note.getStatus() == NoteStatus.OPEN;
      notes.put(note.getNoteId(), note.getAt(), open ? reports.row(note) : null);
    } else if (fact instanceof Rejection one) {
      boolean open = one.getStatus() == RejectionStatus.OPEN;
      rejections.put(one.getRejectionId(), one.getAt(), open ? reports.row(one) : null);
    } else {
      (fact instanceof Charge ? billing : emr).facts.add(fact);
    }
  }

  private interface Writing {
    void write(LocalDate day, List<SpecificRecord> facts, boolean isLast) throws IOException;
  }

  /** Delivers the files of a system for all nights until the last one on which it was heard of. */
  private boolean deliver(Outgoing system, Writing writing) throws IOException {
    LocalDate last = system.heard;
    if (last == null || last.isBefore(system.next)) {
      return false;
    }
    for (LocalDate day = system.next; !day.isAfter(last); day = day.plusDays(1)) {
      writing.write(day, system.take(day), day.equals(last));
    }
    system.next = last.plusDays(1);
    csv.moveTo(folder);
    return true;
  }

  private void emr(LocalDate day, List<SpecificRecord> facts, boolean isLast) throws IOException {
    write(VISITS, day, visits.header(), rows(facts, Visit.class, visits::each));
    List<List<String>> sent = rows(facts, Transmission.class, one -> List.of(reports.row(one)));
    if (!sent.isEmpty()) {
      write("claims_feed_", day, Reports.CLAIMS_FEED, sent);
    }
    if (isLast) {
      write("missed_notes_", day, Reports.MISSED_NOTES, notes.rows());
    }
  }

  private void billing(LocalDate day, List<SpecificRecord> facts, boolean isLast)
      throws IOException {
    write(
        CHARGES,
        day,
        charges.header(),
        rows(facts, Charge.class, one -> List.of(charges.row(one))));
    if (isLast) {
      write("integration_rejections_", day, Reports.REJECTIONS, rejections.rows());
    }
  }

  private void write(String name, LocalDate day, List<String> header, List<List<String>> rows)
      throws IOException {
    csv.append(name + day + ".csv", header, rows);
  }

  private static <T extends SpecificRecord> List<List<String>> rows(
      List<SpecificRecord> facts, Class<T> kind, Function<T, List<List<String>>> rows) {
    return facts.stream()
        .filter(kind::isInstance)
        .flatMap(fact -> rows.apply(kind.cast(fact)).stream())
        .toList();
  }

  /** What a system has recorded and not delivered. */
  private final class Outgoing {
    final List<SpecificRecord> facts = new ArrayList<>();
    LocalDate next = LivingCompany.FIRST_DAY;
    @Nullable LocalDate heard;

    void heard(LocalDate day) {
      heard = heard == null || day.isAfter(heard) ? day : heard;
    }

    /** Returns what was recorded until the end of a day. */
    List<SpecificRecord> take(LocalDate day) {
      List<SpecificRecord> taken = new ArrayList<>();
      for (Iterator<SpecificRecord> each = facts.iterator(); each.hasNext(); ) {
        SpecificRecord fact = each.next();
        if (!cells.day(Facts.occurredAt(fact)).isAfter(day)) {
          taken.add(fact);
          each.remove();
        }
      }
      return taken;
    }
  }

  /** The entries of a report, by their ids. */
  private static final class OpenEntries {
    /** What is closed is known for so long, because an earlier change may become known later. */
    private static final Duration KEPT = Duration.ofDays(8);

    private final TreeMap<String, Entry> entries = new TreeMap<>();

    private record Entry(Instant at, @Nullable List<String> row) {}

    void put(String id, Instant at, @Nullable List<String> row) {
      entries.merge(id, new Entry(at, row), (old, now) -> now.at.isBefore(old.at) ? old : now);
    }

    void forget(Instant now) {
      entries.values().removeIf(entry -> entry.row == null && entry.at.isBefore(now.minus(KEPT)));
    }

    List<List<String>> rows() {
      List<List<String>> rows = new ArrayList<>();
      for (Entry entry : entries.values()) {
        if (entry.row != null) {
          rows.add(entry.row);
        }
      }
      return rows;
    }
  }
}
