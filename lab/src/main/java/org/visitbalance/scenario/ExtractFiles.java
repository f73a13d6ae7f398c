package org.visitbalance.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
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
import org.visitbalance.settings.Settings;

/**
 * Writes a scenario as the files that a clinic has: both systems' nightly Standard Extract, the
 * reports saved every evening, the patient crosswalk, the mapping that reads them, and the
 * settings. The facts must be exportable, in the order of days, and belong to a single company.
 */
public final class ExtractFiles {
  private static final List<String> PATIENTS = List.of("patient_id", "patient_account_number");

  private final CsvOutput csv;
  private final ExtractCells cells;
  private final ChargesExtract visits;
  private final BillingExtract charges;
  private final Reports reports;
  private final List<List<String>> visitRows = new ArrayList<>();
  private final List<List<String>> chargeRows = new ArrayList<>();
  private final List<List<String>> claimsRows = new ArrayList<>();
  private final List<List<String>> feedRows = new ArrayList<>();
  private final List<List<String>> patientRows = new ArrayList<>();
  private final Set<String> patients = new HashSet<>();
  private final SnapshotReport missedNotes =
      new SnapshotReport("missed_notes", Reports.MISSED_NOTES);
  private final SnapshotReport rejections =
      new SnapshotReport("integration_rejections", Reports.REJECTIONS);
  private @Nullable LocalDate day;
  private boolean emrHeard;
  private boolean billingHeard;

  private ExtractFiles(Path folder, ExtractStyle style, ZoneId zone) {
    csv = new CsvOutput(folder, style);
    cells = new ExtractCells(style, zone, false);
    visits = new ChargesExtract(cells);
    charges = new BillingExtract(cells);
    reports = new Reports(cells);
  }

  /** Writes into an existing folder; returns the number of facts. */
  public static long write(FactSource source, Path folder, ExtractStyle style) throws IOException {
    if (source.settings().size() != 1) {
      throw new IllegalArgumentException("exports can hold one company only");
    }
    Settings settings = source.settings().get(0);
    String zone = settings.getZone() == null ? "UTC" : settings.getZone();
    SettingsYaml.write(source.settings(), folder);
    Files.writeString(
        folder.resolve("mapping.yaml"), MappingYaml.text(settings.getTenant(), zone, false));
    ExtractFiles files = new ExtractFiles(folder, style, ZoneId.of(zone));
    long count = 0;
    try (Stream<TimedFact> facts = source.facts()) {
      for (Iterator<TimedFact> each = facts.iterator(); each.hasNext(); count++) {
        files.take(each.next().fact());
      }
    }
    files.finish();
    return count;
  }

  private void take(SpecificRecord fact) throws IOException {
    LocalDate recorded = cells.day(Facts.occurredAt(fact));
    LocalDate open = day == null ? recorded : day;
    for (; open.isBefore(recorded); open = open.plusDays(1)) {
      save(open);
    }
    day = open;
    boolean billing = fact instanceof Charge || fact instanceof Rejection;
    if (fact instanceof Feed feed) {
      billing = feed.getSource() == FeedSource.BILLING;
    }
    billingHeard |= billing;
    emrHeard |= !billing;
    patient(Facts.patientKey(fact));
    write(fact);
  }

  private void write(SpecificRecord fact) throws IOException {
    switch (FactKind.of(fact)) {
      case VISIT -> write((Visit) fact);
      case CHARGE -> chargeRows.add(charges.row((Charge) fact));
      case TRANSMISSION -> claimsRows.add(reports.row((Transmission) fact));
      case NOTE -> write((Note) fact);
      case REJECTION -> write((Rejection) fact);
      case FEED -> feedRows.add(reports.row((Feed) fact));
      case DECISION -> {
        // Nobody exports it.
      }
    }
  }

  private void write(Visit visit) throws IOException {
    if (ChargesExtract.changed(visit)) {
      append(cells.day(visit.getFinalizedAt()), visits.first(visit));
    }
    visitRows.addAll(visits.last(visit));
  }

  private void write(Note note) {
    if (note.getStatus() == NoteStatus.OPEN) {
      missedNotes.open(note.getNoteId(), reports.row(note));
    } else {
      missedNotes.close(note.getNoteId());
    }
  }

  private void write(Rejection rejection) {
    if (rejection.getStatus() == RejectionStatus.OPEN) {
      rejections.open(rejection.getRejectionId(), reports.row(rejection));
    } else {
      rejections.close(rejection.getRejectionId());
    }
  }

  private void patient(@Nullable String patientKey) {
    if (patientKey != null && patients.add(patientKey)) {
      patientRows.add(List.of(cells.emrPatient(patientKey), patientKey));
    }
  }

  /** Writes rows that belong to an earlier night than the current one. */
  private void append(LocalDate night, List<List<String>> rows) throws IOException {
    csv.append("charges_" + night + ".csv", visits.header(), rows);
  }

  private void save(LocalDate night) throws IOException {
    if (!visitRows.isEmpty()) {
      append(night, csv.shuffled(visitRows, ChargesExtract.VISIT_COLUMN));
    }
    if (!chargeRows.isEmpty()) {
      csv.append(
          "billing_charges_" + night + ".csv",
          charges.header(),
          csv.shuffled(chargeRows, BillingExtract.CHARGE_COLUMN));
    }
    if (!claimsRows.isEmpty()) {
      csv.append("claims_feed_" + night + ".csv", Reports.CLAIMS_FEED, csv.shuffled(claimsRows, 0));
    }
    missedNotes.save(csv, night, emrHeard);
    rejections.save(csv, night, billingHeard);
    visitRows.clear();
    chargeRows.clear();
    claimsRows.clear();
    emrHeard = false;
    billingHeard = false;
  }

  private void finish() throws IOException {
    if (day != null) {
      save(day);
    }
    csv.append("patients.csv", PATIENTS, csv.shuffled(patientRows, 0));
    if (!feedRows.isEmpty()) {
      csv.append("feeds.csv", Reports.FEEDS, csv.shuffled(feedRows, 0));
    }
  }
}
