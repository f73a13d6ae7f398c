package org.visitbalance.intake;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Merge;
import org.visitbalance.ingest.hl7.Hl7Reading;

/**
 * Applies messages of one listener to the index: their rows are added to those of files, what they
 * touch is made anew, and what differs from what was sent is to be sent. All of it belongs to one
 * transaction, which the caller ends. Serves one change. Not thread-safe.
 */
final class Messages {
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
    add(reading, checked, zone);
    return checked;
  }

  /** The same for a message that has been checked. */
  void add(Hl7Reading reading, Hl7Checked checked, ZoneId zone) {
    for (Hl7Checked.Checked one : checked.rows()) {
      if (one.kind().equals(Making.PATIENT)) {
        patients.remember(one.row().id());
        if (FactMaker.account(one.row()).equals(making.account(one.row().id()))) {
          continue;
        }
      }
      FactMaker.StoredFile form =
          table.form(tenant, listener, one.kind(), one.isTranslated(), zone);
      long number = table.next(form.id());
      lines.insert(form.id(), number, tenant, form.form(), one.row().at(number));
      if (one.kind().equals(Making.PATIENT)) {
        // The next message may ask for it.
        lines.flush();
        making.changed();
      } else {
        touched.add(LineTable.name(tenant, FactMaker.origin(form.form().scope(), one.row().id())));
      }
    }
    for (Hl7Merge merge : reading.merges()) {
      lines.flush();
      if (table.merge(tenant, merge.isEmr(), merge.from(), merge.into())) {
        merged++;
        making.changed();
        touched.addAll(making.ofMerged(merge.isEmr(), merge.into()));
      }
    }
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
