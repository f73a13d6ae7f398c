package org.visitbalance.intake;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.ingest.StoredRow;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Merge;
import org.visitbalance.ingest.hl7.Hl7Reading;

/**
 * Applies messages of one listener to the index: their rows are added to those of files, what they
 * touch is made anew, and what differs from what was sent is to be sent. All of it belongs to one
 * transaction, which the caller ends. Serves one change. Not thread-safe.
 */
final class Messages {
  private static final Duration MOST_AHEAD = Duration.ofDays(2);

  private final String tenant;
  private final String listener;
  private final MessageTable table;
  private final LineTable lines;
  private final FactTables facts;
  private final Making making;
  private final PatientChanges patients;
  private final Set<String> touched = new TreeSet<>();
  private final SortedSet<String> entities = new TreeSet<>();
  private long merged;
  private final UnmadeRows unmade;

  Messages(Sql sql, String tenant, String listener) {
    this.tenant = tenant;
    this.listener = listener;
    this.unmade = new UnmadeRows(MessageTable.source(listener));
    this.table = new MessageTable(sql);
    this.lines = new LineTable(sql);
    this.facts = new FactTables(sql);
    this.making = new Making(tenant, sql);
    this.patients = new PatientChanges(tenant, making, lines);
  }

  /** Adds what a message says; {@link #finish} makes the facts. */
  Hl7Checked add(Hl7Reading reading, ZoneId zone, Instant receivedAt) {
    Hl7Checked checked = Hl7Checked.of(reading, listener, tenant, zone, receivedAt, 0);
    add(reading, checked, zone, receivedAt);
    return checked;
  }

  /** The same for a message that has been checked. */
  void add(Hl7Reading reading, Hl7Checked checked, ZoneId zone, Instant receivedAt) {
    // A sender with a wrong clock must not be right for years; of facts it is the same.
    Instant written = reading.at().isAfter(receivedAt.plus(MOST_AHEAD)) ? receivedAt : reading.at();
    for (Hl7Checked.Checked one : checked.rows()) {
      FactMaker.StoredFile form =
          table.form(tenant, listener, one.kind(), one.isTranslated(), zone);
      String origin = LineTable.name(tenant, FactMaker.origin(form.form().scope(), one.row().id()));
      if (one.kind().equals(Making.PATIENT)) {
        patient(one.row(), form, origin, written.toEpochMilli());
      } else {
        long number = table.next(form.id());
        lines.insert(form.id(), number, tenant, form.form(), one.row().at(number));
        touched.add(origin);
      }
    }
    for (Hl7Merge merge : reading.merges()) {
      lines.flush();
      Set<String> changed = table.merge(tenant, merge.isEmr(), merge.from(), merge.into(), written);
      if (!changed.isEmpty()) {
        merged++;
        making.changed();
        touched.addAll(making.ofMerged(merge.isEmr(), changed));
      }
    }
  }

  /** Of what messages say of a patient only the newest is kept, whichever comes last. */
  private void patient(
      StoredRow row, FactMaker.StoredFile form, String origin, long writtenMillis) {
    LineTable.Line before = making.ofMessages(row.id());
    if (before != null && before.row().line() > writtenMillis) {
      return;
    }
    patients.remember(row.id());
    if (before != null) {
      lines.deleteOfMessages(origin);
    }
    lines.insert(form.id(), table.next(form.id()), tenant, form.form(), row.at(writtenMillis));
    // The next message may ask for it.
    lines.flush();
    making.changed();
  }

  /** Returns what a person should know of rows of which no fact could be made; null for nothing. */
  @Nullable String trouble() {
    return Sentences.together(Stream.of(unmade.saysOwn(), unmade.saysForeign()));
  }

  /** Returns how many patients were merged. */
  long merged() {
    return merged;
  }

  /** Makes the facts; returns of how many rows, or several together, none could be made. */
  long finish(FactTables.Sending sending) {
    lines.flush();
    table.keepNext();
    making.changed();
    touched.addAll(patients.touched());
    making.make(touched, letter -> unmade.add(letter, any -> {}), all -> facts.made(all, entities));
    facts.settle(entities, sending);
    return unmade.own();
  }
}
