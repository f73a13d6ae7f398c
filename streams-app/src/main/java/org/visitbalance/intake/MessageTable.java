package org.visitbalance.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker.StoredFile;
import org.visitbalance.ingest.MessageRows;

/**
 * What is known of messages: how their rows are read, how far each listener's log is applied, what
 * was answered, and which patients are one.
 */
final class MessageTable {
  /** In the order of names it is behind all files: a message is newer than a list of a night. */
  private static final String PREFIX = "~hl7 ";

  static final List<String> TABLES =
      List.of(
          """
          create table if not exists message_form (
            id bigint primary key, tenant varchar not null, listener varchar not null,
            kind varchar not null, scope varchar not null, translated boolean not null,
            zone varchar not null, next_row bigint not null)\
          """,
          """
          create table if not exists message_done (
            tenant varchar not null, listener varchar not null, on_day date not null,
            number bigint not null, facts bigint not null, dead bigint not null,
            unused bigint not null, began varchar not null, primary key (tenant, listener))\
          """,
          """
          create table if not exists message_seen (
            message varbinary primary key, on_day date not null, answer varchar not null)\
          """,
          "create index if not exists message_seen_day on message_seen (on_day)",
          """
          create table if not exists merge_said (
            tenant varchar not null, emr boolean not null, was varchar not null,
            patient varchar not null, written bigint not null,
            number bigint generated always as identity,
            primary key (tenant, emr, was, patient, written))\
          """,
          "create index if not exists merge_said_patient on merge_said (tenant, emr, patient)",
          """
          create table if not exists merged (
            tenant varchar not null, emr boolean not null, was varchar not null,
            patient varchar not null, primary key (tenant, emr, was))\
          """);

  private final Sql sql;
  private final Map<String, Long> next = new HashMap<>();
  private final Map<List<Object>, StoredFile> forms = new HashMap<>();

  MessageTable(Sql sql) {
    this.sql = sql;
  }

  /**
   * How far the log of a listener is applied.
   *
   * @param number of the last message of the day
   * @param first when the day's first message was received
   */
  record Done(LocalDate day, long number, long facts, long dead, long unused, Instant first) {}

  @Nullable Done done(String tenant, String listener) {
    return sql.first(
        "select on_day, number, facts, dead, unused, began from message_done"
            + " where tenant = ? and listener = ?",
        row ->
            new Done(
                row.getObject(1, LocalDate.class),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                Instant.parse(row.getString(6))),
        tenant,
        listener);
  }

  void done(String tenant, String listener, Done done) {
    sql.update(
        "merge into message_done key (tenant, listener) values (?, ?, ?, ?, ?, ?, ?, ?)",
        tenant,
        listener,
        done.day,
        done.number,
        done.facts,
        done.dead,
        done.unused,
        done.first.toString());
  }

  /** Returns the answer that a message was given, or null. */
  @Nullable String answer(byte[] message) {
    return sql.first(
        "select answer from message_seen where message = ?", row -> row.getString(1), message);
  }

  void answered(byte[] message, LocalDate day, String answer) {
    sql.update("merge into message_seen key (message) values (?, ?, ?)", message, day, answer);
  }

  /** Forgets what was answered before a day. */
  void forget(LocalDate before) {
    sql.update("delete from message_seen where on_day < ?", before);
  }

  /** Returns how the rows of a kind are read; makes it at first. */
  StoredFile form(String tenant, String listener, String kind, boolean isTranslated, ZoneId zone) {
    return forms.computeIfAbsent(
        List.of(tenant, listener, kind, isTranslated, zone),
        any -> made(tenant, listener, kind, isTranslated, zone));
  }

  private StoredFile made(
      String tenant, String listener, String kind, boolean isTranslated, ZoneId zone) {
    Long known =
        sql.first(
            "select id from message_form where tenant = ? and listener = ? and kind = ?"
                + " and translated = ? and zone = ?",
            row -> row.getLong(1),
            tenant,
            listener,
            kind,
            isTranslated,
            zone.getId());
    Long least = sql.first("select min(id) from message_form", row -> row.getLong(1));
    long id = known != null ? known : (least == null ? 0 : least) - 1;
    StoredFile file = rows(listener, kind, tenant, zone, isTranslated).file(id);
    if (known == null) {
      sql.update(
          "insert into message_form values (?, ?, ?, ?, ?, ?, ?, 0)",
          id,
          tenant,
          listener,
          kind,
          file.form().scope(),
          isTranslated,
          zone.getId());
    }
    return file;
  }

  private static MessageRows rows(
      String listener, String kind, String tenant, ZoneId zone, boolean isTranslated) {
    return new MessageRows(source(listener), kind, tenant, zone, isTranslated);
  }

  /** Returns what the rows of a listener's messages are from, as dead letters name it. */
  static String source(String listener) {
    return PREFIX + listener;
  }

  /**
   * Returns the listener whose messages a dead letter names as its source; null if it is a file.
   */
  static @Nullable String listener(String source) {
    return source.startsWith(PREFIX) ? source.substring(PREFIX.length()) : null;
  }

  /** Returns the number of the next row of a form; {@link #keepNext} keeps it. */
  long next(long form) {
    String key = Long.toString(form);
    Long known = next.get(key);
    if (known == null) {
      known =
          sql.first("select next_row from message_form where id = ?", row -> row.getLong(1), form);
    }
    long number = known == null ? 0 : known;
    next.put(key, number + 1);
    return number;
  }

  void keepNext() {
    next.forEach(
        (form, number) ->
            sql.update(
                "update message_form set next_row = ? where id = ?", number, Long.parseLong(form)));
    next.clear();
  }

  /** Returns how the rows of a form are read; null for an unknown one. */
  @Nullable StoredFile stored(long form) {
    return sql.first("select * from message_form where id = ?", MessageTable::stored, form);
  }

  List<StoredFile> ofScope(String tenant, String scope) {
    return sql.list(
        "select * from message_form where tenant = ? and scope = ?",
        MessageTable::stored,
        tenant,
        scope);
  }

  /** Returns the forms whose rows name patients by the EMR's id. */
  List<Long> translated(String tenant) {
    return sql.list(
        "select id from message_form where tenant = ? and translated",
        row -> row.getLong(1),
        tenant);
  }

  private static StoredFile stored(ResultSet row) throws SQLException {
    return rows(
            row.getString("listener"),
            row.getString("kind"),
            row.getString("tenant"),
            ZoneId.of(row.getString("zone")),
            row.getBoolean("translated"))
        .file(row.getLong("id"));
  }

  /** Returns whether patients of a tenant were merged. */
  boolean hasMerges(String tenant) {
    return sql.first("select 1 from merged where tenant = ? limit 1", row -> 1, tenant) != null;
  }

  /** Returns the patient that one is now, which may be itself. */
  String merged(String tenant, boolean isEmr, String patient) {
    String now = patient;
    Set<String> seen = new TreeSet<>();
    while (seen.add(now)) {
      String into =
          sql.first(
              "select patient from merged where tenant = ? and emr = ? and was = ?",
              row -> row.getString(1),
              tenant,
              isEmr,
              now);
      if (into == null) {
        break;
      }
      now = into;
    }
    return now;
  }

  /**
   * Merges a patient into another one. Merges count in the order in which they were written, in
   * whatever order they come.
   *
   * @return the patients whose names may mean another one now; empty if nothing has changed
   */
  Set<String> merge(String tenant, boolean isEmr, String from, String into, Instant written) {
    if (from.equals(into)) {
      return Set.of();
    }
    sql.update(
        "merge into merge_said (tenant, emr, was, patient, written)"
            + " key (tenant, emr, was, patient, written) values (?, ?, ?, ?, ?)",
        tenant,
        isEmr,
        from,
        into,
        written.toEpochMilli());
    Map<String, String> before = new TreeMap<>();
    List<Said> all = new ArrayList<>();
    for (String one : together(tenant, isEmr, from)) {
      before.put(one, merged(tenant, isEmr, one));
      all.addAll(
          sql.list(
              "select was, patient, written, number from merge_said"
                  + " where tenant = ? and emr = ? and was = ?",
              MessageTable::said,
              tenant,
              isEmr,
              one));
    }
    before
        .keySet()
        .forEach(
            one ->
                sql.update(
                    "delete from merged where tenant = ? and emr = ? and was = ?",
                    tenant,
                    isEmr,
                    one));
    all.sort(Comparator.comparingLong(Said::written).thenComparingLong(Said::number));
    all.forEach(said -> apply(tenant, isEmr, said.from, said.into));
    boolean isChanged =
        before.entrySet().stream()
            .anyMatch(one -> !merged(tenant, isEmr, one.getKey()).equals(one.getValue()));
    return isChanged ? before.keySet() : Set.of();
  }

  /** A merge that a message has told of; the number is that of its arrival. */
  private record Said(String from, String into, long written, long number) {}

  private static Said said(ResultSet row) throws SQLException {
    return new Said(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4));
  }

  /** The newer merge counts: a patient that was merged into one that becomes it is itself again. */
  private void apply(String tenant, boolean isEmr, String from, String into) {
    String stands = merged(tenant, isEmr, from);
    if (stands.equals(into)) {
      return;
    }
    if (stands.equals(merged(tenant, isEmr, into))) {
      sql.update(
          "delete from merged where tenant = ? and emr = ? and was = ?", tenant, isEmr, into);
      become(tenant, isEmr, stands, into);
    }
    become(tenant, isEmr, from, into);
  }

  private void become(String tenant, boolean isEmr, String from, String into) {
    sql.update(
        "merge into merged key (tenant, emr, was) values (?, ?, ?, ?)", tenant, isEmr, from, into);
  }

  /** Returns all patients that merges have to do with, directly or through others. */
  private Set<String> together(String tenant, boolean isEmr, String patient) {
    Set<String> all = new TreeSet<>();
    List<String> waiting = new ArrayList<>(List.of(patient));
    while (!waiting.isEmpty()) {
      String one = waiting.remove(waiting.size() - 1);
      if (all.add(one)) {
        waiting.addAll(
            sql.list(
                "select was from merge_said where tenant = ? and emr = ? and patient = ?"
                    + " union select patient from merge_said where tenant = ? and emr = ? and was = ?",
                row -> row.getString(1),
                tenant,
                isEmr,
                one,
                tenant,
                isEmr,
                one));
      }
    }
    return all;
  }
}
