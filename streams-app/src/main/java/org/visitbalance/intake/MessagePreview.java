package org.visitbalance.intake;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.visitbalance.core.Facts;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Reading;

/**
 * Counts what the messages of a file would change, in a transaction that the caller undoes. Not
 * thread-safe.
 */
final class MessagePreview {
  private static final int FIRST_REASONS = 20;

  private final MessageListener listener;
  private final MessageLogs.Log log;
  private final MessageTable table;
  private final Messages messages;
  private final List<Preview.Dead> letters = new ArrayList<>();
  private final TreeSet<LocalDate> days = new TreeSet<>();
  private long all;
  private long bad;
  private long unused;
  private long repeated;

  MessagePreview(Sql sql, MessageListener listener, MessageLogs.Log log) {
    this.listener = listener;
    this.log = log;
    this.table = new MessageTable(sql);
    this.messages = new Messages(sql, log.tenant(), log.listener());
  }

  /**
   * Takes a message.
   *
   * @param line of the file on which it begins
   */
  void add(ReceivedMessage one, long line, LocalDate today) {
    all++;
    byte[] key = MessageKey.of(log, one.bytes(), one.reading()).bytes();
    if (table.answer(key) != null) {
      repeated++;
      return;
    }
    table.answered(key, today, "");
    Hl7Reading reading = one.reading();
    Hl7Checked checked = messages.add(reading, listener.zone(), one.receivedAt());
    unused += reading.use() == Hl7Reading.Use.UNUSED ? 1 : 0;
    bad += checked.dead().isEmpty() ? 0 : 1;
    for (Hl7Reading.Dead dead : checked.dead()) {
      if (letters.size() < FIRST_REASONS) {
        letters.add(new Preview.Dead(line, dead.field(), dead.reason()));
      }
    }
  }

  /** Returns what came of all. */
  Previewing.Part finish(FactTables.Sending counting) {
    long together =
        messages.finish(
            (fact, isNew) -> {
              counting.send(fact, isNew);
              if (Facts.patientKey(fact) != null) {
                days.add(Facts.businessDate(fact));
              }
            });
    return new Previewing.Part(
        "HL7 " + listener.source(),
        List.of(),
        List.of(),
        all,
        bad + together,
        unused + repeated,
        letters,
        days.isEmpty() ? null : days.first(),
        days.isEmpty() ? null : days.last(),
        Sentences.together(Stream.of(repeated == 0 ? null : came(repeated), messages.trouble())));
  }

  private static String came(long count) {
    return String.format(
        "%,d %s before and %s nothing new.",
        count, count == 1 ? "message came" : "messages came", count == 1 ? "gives" : "give");
  }
}
