package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Checked;
import org.visitbalance.ingest.hl7.Hl7Profile;
import org.visitbalance.ingest.hl7.Hl7Reading;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.ingest.hl7.Hl7Translator;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Sha256;

/**
 * The logs of all listeners, and how far they are in the index and on the topics (ADR 33). Not
 * thread-safe.
 */
final class MessageLogs {
  /** The most messages that are applied at a time when the index is made. */
  private static final int SOME = 500;

  private final Desk desk;
  private final Map<String, Log> logs = new LinkedHashMap<>();

  /** The log of a listener. */
  static final class Log {
    private final String tenant;
    private final String listener;
    private final MessageLog file;

    /** Whether its end may not be on the topics, or not in the index. */
    private boolean isUnsettled = true;

    /** Where the messages begin that have not been applied from it. */
    private @Nullable LocalDate day;

    private long from;

    /** What a person should know of a day's messages, as far as this process has seen them. */
    private @Nullable LocalDate troubled;

    private @Nullable String trouble;

    private Log(String tenant, String listener, MessageLog file) {
      this.tenant = tenant;
      this.listener = listener;
      this.file = file;
    }

    String tenant() {
      return tenant;
    }

    String listener() {
      return listener;
    }

    MessageLog file() {
      return file;
    }

    void trouble(LocalDate of, String says) {
      troubled = of;
      trouble = says;
    }

    private @Nullable String trouble(LocalDate of) {
      return of.equals(troubled) ? trouble : null;
    }

    void settled(boolean is) {
      isUnsettled = !is;
    }
  }

  MessageLogs(Desk desk) throws IOException {
    this.desk = desk;
    for (IntakeFolder folder : desk.plan().folders()) {
      MessageLog.each(
          folder.archive(), folder.tenant(), listener -> open(folder.tenant(), listener, folder));
    }
  }

  private void open(String tenant, String listener, IntakeFolder folder) {
    Log unused = log(tenant, listener, folder.archive());
  }

  Log log(String tenant, String listener, Path archive) {
    return logs.computeIfAbsent(
        tenant + "\n" + listener,
        any -> new Log(tenant, listener, new MessageLog(archive, tenant, listener)));
  }

  private MessageTable table() {
    return new MessageTable(desk.sql());
  }

  private Collection<Log> all() {
    return List.copyOf(logs.values());
  }

  /** Finds out how the last process, or the last failure, has ended. Asks the topics. */
  void settle() throws IOException {
    for (Log log : all()) {
      settle(log);
    }
  }

  private void settle(Log log) throws IOException {
    if (!log.isUnsettled) {
      return;
    }
    List<LocalDate> days = log.file.days();
    if (!days.isEmpty()) {
      settle(log, days.get(days.size() - 1));
    }
    log.isUnsettled = false;
  }

  private void settle(Log log, LocalDate day) throws IOException {
    long known = known(log, day);
    List<MessageLog.Entry> behind = new ArrayList<>();
    Map<Long, Long> ends = new HashMap<>();
    ends.put(0L, 0L);
    log.file.read(
        day,
        0,
        (entry, end) -> {
          if (entry.number() >= known) {
            ends.put(entry.number(), end);
          }
          if (entry.number() > known) {
            behind.add(entry);
          }
          return true;
        });
    long committed = known;
    if (!behind.isEmpty()) {
      ReceivedFile last = last(log, day);
      committed = last == null ? known : Math.max(known, last.getRows());
    }
    long until = committed;
    behind.removeIf(entry -> entry.number() > until);
    log.file.cut(day, ends.getOrDefault(until, 0L));
    replay(log, day, behind);
  }

  private @Nullable ReceivedFile last(Log log, LocalDate day) {
    try {
      return desk.outlet().last(state(log, MessageCount.none(day, desk.now())));
    } catch (RuntimeException e) {
      throw new Intake.Away(e);
    }
  }

  private long known(Log log, LocalDate day) {
    MessageTable.Done done = table().done(log.tenant, log.listener);
    return done != null && done.day().equals(day) ? done.number() : 0;
  }

  /**
   * Applies, without sending, what was received before a receipt and is not in the index; what was
   * written last is left to {@link #settle}.
   */
  void replay(long beforeReceipt) throws IOException {
    for (Log log : all()) {
      List<LocalDate> days = log.file.days();
      MessageTable.Done done = table().done(log.tenant, log.listener);
      LocalDate first = log.day != null ? log.day : done != null ? done.day() : LocalDate.MIN;
      for (LocalDate day : days) {
        boolean isLast = day.equals(days.get(days.size() - 1));
        if (!day.isBefore(first) && !replay(log, day, isLast, beforeReceipt)) {
          break;
        }
      }
    }
  }

  /** Returns whether the day's messages are all applied. */
  private boolean replay(Log log, LocalDate day, boolean isLast, long beforeReceipt)
      throws IOException {
    if (!day.equals(log.day)) {
      log.day = day;
      log.from = 0;
    }
    long known = known(log, day);
    List<MessageLog.Entry> some = new ArrayList<>();
    List<MessageLog.Entry> batch = new ArrayList<>();
    boolean[] isAll = {true};
    log.file.read(
        day,
        log.from,
        (entry, end) -> {
          if (entry.number() <= known) {
            log.from = end;
            return true;
          }
          if (!batch.isEmpty() && batch.get(0).batch() != entry.batch()) {
            some.addAll(batch);
            batch.clear();
          }
          isAll[0] = entry.receipt() < beforeReceipt;
          if (isAll[0]) {
            batch.add(entry);
          }
          if (some.size() >= SOME) {
            replay(log, day, some);
            some.clear();
          }
          return isAll[0];
        });
    if (!isLast) {
      some.addAll(batch);
    }
    replay(log, day, some);
    return isAll[0];
  }

  private void replay(Log log, LocalDate day, List<MessageLog.Entry> entries) throws IOException {
    if (entries.isEmpty()) {
      return;
    }
    MessageTable.Done known = table().done(log.tenant, log.listener);
    MessageCount count = new MessageCount(known, day, entries.get(0).receivedAt());
    int from = 0;
    for (int i = 1; i <= entries.size(); i++) {
      if (i == entries.size() || entries.get(i).batch() != entries.get(from).batch()) {
        replay(log, day, entries.subList(from, i), count);
        from = i;
      }
    }
    table().done(log.tenant, log.listener, count.done());
    desk.sql().commit();
  }

  /**
   * Applies what was received together. What was sent depends on what was sent before, so that it
   * is known only if nothing else is applied with it.
   */
  private void replay(Log log, LocalDate day, List<MessageLog.Entry> batch, MessageCount count)
      throws IOException {
    Messages messages = new Messages(desk.sql(), log.tenant, log.listener);
    for (MessageLog.Entry entry : batch) {
      Hl7Reading reading = read(log, entry);
      Hl7Checked checked = messages.add(reading, entry.zone(), entry.receivedAt());
      count.message(reading, checked);
      MessageKey key = MessageKey.of(log, entry.message(), reading);
      table().answered(key.bytes(), day, MessageAnswer.of(reading, checked, false).text());
    }
    count.dead(messages.finish((fact, isNew) -> count.fact()));
  }

  private Hl7Reading read(Log log, MessageLog.Entry entry) throws IOException {
    Journal journal = new Journal(desk.folderOf(log.tenant).archive());
    Hl7Profile profile =
        Hl7Profile.of("mapping.yaml", journal.mapping(log.tenant, entry.mapping()));
    Hl7Source source = Hl7Source.named(entry.source());
    Instant at = entry.receivedAt();
    return new Hl7Translator(profile, source == null ? Hl7Source.EMR : source, entry.zone())
        .read(entry.message(), at, ReceivedMessage.unnamed(entry.message()));
  }

  /** Returns the record of a day's messages on the topic of files. */
  ReceivedFile state(Log log, MessageTable.Done done) {
    String name = "hl7 " + log.listener + " " + done.day();
    return ReceivedFile.newBuilder(
            desk.received(
                log.tenant, Sha256.hex(name), desk.files().newest(), name, 0, FileSource.HL7))
        .setPart(done.day().toString())
        .setState(FileState.DONE)
        .setReason(log.trouble(done.day()))
        .setEntry("messages")
        .setRows(done.number())
        .setFacts(done.facts())
        .setToSend(done.facts())
        .setSent(done.facts())
        .setDead(done.dead())
        .setSkipped(done.unused())
        .setReceivedAt(done.first())
        .setChangedAt(desk.now())
        .build();
  }
}
