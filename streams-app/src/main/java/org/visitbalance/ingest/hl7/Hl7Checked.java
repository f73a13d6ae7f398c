package org.visitbalance.ingest.hl7;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.FactProblems;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.ingest.MessageRows;
import org.visitbalance.ingest.StoredRow;
import org.visitbalance.output.DeadLetter;

/**
 * The rows of a message of which valid facts can be made.
 *
 * @param lines how many parts of the message should give something
 * @param used how many do
 * @param dead the parts that cannot be used
 */
public record Hl7Checked(List<Checked> rows, int lines, int used, List<Hl7Reading.Dead> dead) {

  /** A row with its kind. */
  public record Checked(String kind, boolean isTranslated, StoredRow row) {}

  /**
   * Checks what a message says.
   *
   * @param name what the messages are called
   * @param first the number of its first row
   */
  public static Hl7Checked of(
      Hl7Reading reading, String name, String tenant, ZoneId zone, Instant receivedAt, long first) {
    List<Checked> rows = new ArrayList<>();
    List<Hl7Reading.Dead> dead = new ArrayList<>(reading.dead());
    long line = first;
    int visits = 0;
    boolean hasVisits = false;
    boolean isTooLong =
        reading.rows().stream().filter(Hl7Checked::isLine).count() > FactProblems.MOST_LINES;
    for (Hl7Row row : reading.rows()) {
      hasVisits |= row.kind().equals(Hl7Profile.VISIT);
      if (isTooLong && row.kind().equals(Hl7Profile.VISIT)) {
        dead.add(
            new Hl7Reading.Dead(
                number(row),
                "lines",
                "are more than " + FactProblems.MOST_LINES + " of one visit"));
        continue;
      } else if (row.kind().equals("transmission") && hasVisits && visits == 0) {
        continue;
      }
      int number = number(row);
      AtomicReference<Hl7Reading.Dead> letter = new AtomicReference<>();
      StoredRow stored =
          new MessageRows(name, row.kind(), tenant, zone, row.isTranslated())
              .row(
                  line++,
                  row.values(),
                  receivedAt,
                  one -> letter.set(new Hl7Reading.Dead(number, one.getField(), one.getReason())));
      if (stored != null) {
        visits += row.kind().equals(Hl7Profile.VISIT) ? 1 : 0;
        rows.add(new Checked(row.kind(), row.isTranslated(), stored));
      } else if (letter.get() != null && !row.kind().equals("transmission")) {
        dead.add(letter.get());
      }
    }
    int lines = reading.lines();
    return new Hl7Checked(rows, lines, Math.max(0, lines - dead.size()), dead);
  }

  private static boolean isLine(Hl7Row row) {
    return row.kind().equals(Hl7Profile.VISIT) && "NEW".equals(row.values().get("change"));
  }

  private static int number(Hl7Row row) {
    Object event = row.values().get("eventId");
    String text = event == null ? "" : event.toString();
    return event == null ? 0 : Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
  }

  /** Returns how much of the message is used, as its sender is told. */
  public String says() {
    return used + " of " + lines + (lines == 1 ? " line used" : " lines used");
  }

  /** Returns the facts of the message by itself, without what other messages say. */
  public List<SpecificRecord> facts(String name, String tenant, ZoneId zone) {
    List<SpecificRecord> facts = new ArrayList<>();
    FactMaker maker =
        new FactMaker(
            tenant,
            new FactMaker.Receiver() {
              @Override
              public void fact(String origin, SpecificRecord fact) {
                facts.add(fact);
              }

              @Override
              public void deadLetter(DeadLetter letter) {
                // Each row has been checked.
              }
            });
    Set<Long> files = new HashSet<>();
    for (Checked one : rows) {
      long id = one.kind().hashCode();
      if (files.add(id)) {
        maker.file(new MessageRows(name, one.kind(), tenant, zone, one.isTranslated()).file(id));
      }
      maker.row(id, one.row());
    }
    maker.make();
    return facts;
  }
}
