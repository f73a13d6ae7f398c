package org.visitbalance.intake;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Reading;

/** What a day's messages of a listener have given. Not thread-safe. */
final class MessageCount {
  private final MessageTable.Done before;
  private long messages;
  private long facts;
  private long dead;
  private long unused;

  /**
   * Goes on from what is known.
   *
   * @param known of the newest day, which may be an earlier one
   * @param first when the first message to be counted was received
   */
  MessageCount(MessageTable.@Nullable Done known, LocalDate day, Instant first) {
    before = known != null && known.day().equals(day) ? known : none(day, first);
  }

  static MessageTable.Done none(LocalDate day, Instant first) {
    return new MessageTable.Done(day, 0, 0, 0, 0, first);
  }

  void message(Hl7Reading reading, Hl7Checked checked) {
    messages++;
    dead += checked.dead().size();
    unused += reading.use() == Hl7Reading.Use.UNUSED ? 1 : 0;
  }

  void fact() {
    facts++;
  }

  void dead(long more) {
    dead += more;
  }

  /** Returns the number of the next message. */
  long next() {
    return before.number() + messages + 1;
  }

  MessageTable.Done done() {
    return new MessageTable.Done(
        before.day(),
        before.number() + messages,
        before.facts() + facts,
        before.dead() + dead,
        before.unused() + unused,
        before.first());
  }
}
