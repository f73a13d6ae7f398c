package org.visitbalance.intake;

import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;

/**
 * Accepts messages: applies them, writes them to the log, and sends their facts, all of it or
 * nothing (ADR 33). Not thread-safe.
 */
final class MessageDesk {
  /** A message that comes again within so many days is answered as it was at first. */
  private static final int DAYS_KNOWN = 30;

  /** So many messages, or bytes of them, may be in the log and not in the file of the index. */
  private static final int MOST_KEPT = 4000;

  private static final long MOST_KEPT_BYTES = 16L << 20;

  private final Desk desk;
  private final MessageLogs logs;
  private @Nullable LocalDate forgotten;
  private long sent;
  private long acceptedSoFar;
  private long unmade;
  private @Nullable String trouble;
  private long kept;
  private long keptBytes;

  MessageDesk(Desk desk, MessageLogs logs) {
    this.desk = desk;
    this.logs = logs;
  }

  private MessageTable table() {
    return new MessageTable(desk.sql());
  }

  /** What is done with messages that were received together. */
  private final class Batch {
    final MessageListener listener;
    final MessageLogs.Log log;
    final LocalDate day;
    final List<Accepted> accepted = new ArrayList<>();
    final List<SpecificRecord> facts = new ArrayList<>();
    final List<AccessEntry> merges = new ArrayList<>();
    final MessageCount count;

    Batch(MessageListener listener, MessageLogs.Log log) throws IOException {
      this.listener = listener;
      this.log = log;
      Instant now = desk.now();
      this.day = newest(log, LocalDate.ofInstant(now, ZoneOffset.UTC));
      this.count = new MessageCount(table().done(log.tenant(), log.listener()), day, now);
    }

    /** Decides what the sender is told, as if everything goes well. */
    MessageAnswer answer(ReceivedMessage one, Map<MessageKey, MessageAnswer> known) {
      MessageKey key = MessageKey.of(log, one.bytes(), one.reading());
      MessageAnswer before = known.get(key);
      if (before != null) {
        return before;
      }
      String said = table().answer(key.bytes());
      if (said != null) {
        return MessageAnswer.again(said);
      }
      Hl7Checked checked =
          Hl7Checked.of(
              one.reading(),
              listener.name(),
              listener.tenant(),
              listener.zone(),
              one.receivedAt(),
              0);
      MessageAnswer answer = MessageAnswer.of(one.reading(), checked, listener.refusesBad());
      if (answer.isAccepted()) {
        known.put(key, MessageAnswer.again(answer.text()));
        accepted.add(new Accepted(one, key, checked, answer));
      }
      return answer;
    }

    void apply() throws IOException {
      Journal journal = new Journal(desk.folderOf(listener.tenant()).archive());
      String mapping = journal.keep(listener.tenant(), listener.profile().text());
      long first = count.next();
      long receipt = desk.files().newest();
      List<MessageLog.Entry> entries = new ArrayList<>();
      Messages messages = new Messages(desk.sql(), log.tenant(), log.listener());
      Set<String> mergers = new LinkedHashSet<>();
      for (Accepted one : accepted) {
        entries.add(
            new MessageLog.Entry(
                count.next(),
                first,
                one.message.receivedAt(),
                receipt,
                listener.source().name(),
                mapping,
                listener.zone(),
                one.message.bytes()));
        long merged = messages.merged();
        messages.add(one.message.reading(), one.checked, listener.zone(), one.message.receivedAt());
        count.message(one.message.reading(), one.checked);
        if (messages.merged() > merged) {
          mergers.add(one.message.from());
        }
        table().answered(one.key.bytes(), day, one.answer.text());
      }
      long dead =
          messages.finish(
              (fact, isNew) -> {
                facts.add(fact);
                count.fact();
              });
      count.dead(dead);
      unmade += dead;
      trouble = messages.trouble();
      if (trouble != null) {
        log.trouble(day, trouble);
      }
      mergers.forEach(from -> merges.add(merge(messages.merged(), from)));
      forget(day);
      table().done(log.tenant(), log.listener(), count.done());
      // From here on nobody knows how far it is if something fails, and the topic is asked.
      log.settled(false);
      log.file().add(day, entries);
    }

    private AccessEntry merge(long merged, String from) {
      return AccessEntry.newBuilder()
          .setTenant(listener.tenant())
          .setAt(desk.now())
          .setWho("hl7:" + listener.name())
          .setAction(AccessAction.MERGE_PATIENTS)
          .setFromAddress(from)
          .setNote("Patients merged: " + merged + ". Facts sent: " + facts.size() + ".")
          .build();
    }

    void send() {
      try {
        desk.outlet().send(List.of(logs.state(log, count.done())), facts, merges);
      } catch (RuntimeException e) {
        throw new Intake.Away(e);
      }
      keep(accepted);
      log.settled(true);
      sent += facts.size();
      acceptedSoFar += accepted.size();
    }
  }

  /**
   * The log and the topics have the messages, so that the index need not be in its file at once:
   * what is missing there is applied from the log.
   */
  private void keep(List<Accepted> accepted) {
    kept += accepted.size();
    accepted.forEach(one -> keptBytes += one.message.bytes().length);
    if (kept < MOST_KEPT && keptBytes < MOST_KEPT_BYTES) {
      desk.sql().keep();
    } else {
      desk.sql().commit();
      kept = 0;
      keptBytes = 0;
    }
  }

  /** Returns how many messages have been accepted. */
  long accepted() {
    return acceptedSoFar;
  }

  /** Returns of how many rows no fact could be made together with earlier ones. */
  long unmade() {
    return unmade;
  }

  /**
   * Returns what a person should know of the messages that were accepted last; null for nothing.
   */
  @Nullable String trouble() {
    return trouble;
  }

  /** Returns how many facts have been sent. */
  long sent() {
    return sent;
  }

  /** Returns the log of a listener. */
  MessageLogs.Log log(MessageListener listener) {
    return logs.log(listener.tenant(), listener.name(), desk.folderOf(listener.tenant()).archive());
  }

  private record Accepted(
      ReceivedMessage message, MessageKey key, Hl7Checked checked, MessageAnswer answer) {}

  /**
   * Accepts messages of a listener that were received together.
   *
   * @return the answers, in the order of the messages
   */
  List<MessageAnswer> accept(MessageListener listener, List<ReceivedMessage> all)
      throws IOException {
    MessageLogs.Log log = log(listener);
    // Of all listeners: what one of them has said of a patient counts for the others.
    logs.settle();
    Batch batch = new Batch(listener, log);
    Map<MessageKey, MessageAnswer> known = new HashMap<>();
    List<MessageAnswer> answers = new ArrayList<>();
    for (ReceivedMessage one : all) {
      answers.add(batch.answer(one, known));
    }
    trouble = null;
    if (batch.accepted.isEmpty()) {
      return answers;
    }
    try {
      batch.apply();
      batch.send();
    } catch (IOException | RuntimeException e) {
      desk.sql().rollback();
      throw e;
    }
    return answers;
  }

  /** Returns the day of the log, which does not go back when a clock does. */
  private static LocalDate newest(MessageLogs.Log log, LocalDate today) throws IOException {
    List<LocalDate> days = log.file().days();
    LocalDate last = days.isEmpty() ? today : days.get(days.size() - 1);
    return last.isAfter(today) ? last : today;
  }

  private void forget(LocalDate day) {
    if (!day.equals(forgotten)) {
      table().forget(day.minusDays(DAYS_KNOWN));
      forgotten = day;
    }
  }
}
