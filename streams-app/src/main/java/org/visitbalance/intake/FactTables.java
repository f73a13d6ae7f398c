package org.visitbalance.intake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;

/** The facts that follow from the standing files, those that were sent, and those to be sent. */
final class FactTables {
  private static final String BETWEEN = "\n";

  /** The most facts that a change keeps in memory. */
  private static final int MOST_KEPT = 50_000;

  private final Sql sql;
  private final Inserting making;
  private final Inserting sending;

  /** Origins of which rows may wait to be inserted. */
  private final Set<String> waiting = new HashSet<>();

  /** What was made by this object; nothing once that is too much. */
  private final Map<String, List<byte[]>> kept = new HashMap<>();

  private int count;

  /** Tables for one change of the standing files. */
  FactTables(Sql sql) {
    this.sql = sql;
    this.making = new Inserting(sql, "made", 4);
    this.sending = new Inserting(sql, "sent (fact, base, gone, hashes, entity)", 5);
  }

  /**
   * What was sent about an entity.
   *
   * @param fact the fact that stands on the topic
   * @param base the hash of the made fact that it stands for
   * @param gone whether it has been taken back
   * @param hashes of all made facts that were sent
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  private record Sent(SpecificRecord fact, byte[] base, boolean gone, byte[] hashes) {
    boolean has(byte[] hash) {
      for (int from = 0; from < hashes.length; from += FactBytes.HASH) {
        if (Arrays.equals(hashes, from, from + FactBytes.HASH, hash, 0, FactBytes.HASH)) {
          return true;
        }
      }
      return false;
    }

    byte[] with(byte[] hash) {
      if (has(hash)) {
        return hashes;
      }
      byte[] more = Arrays.copyOf(hashes, hashes.length + FactBytes.HASH);
      System.arraycopy(hash, 0, more, hashes.length, FactBytes.HASH);
      return more;
    }
  }

  /** A fact that follows from the files. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  private record Follows(SpecificRecord fact, byte[] hash) {
    static Follows of(byte[] bytes) {
      return new Follows(FactBytes.decode(bytes), FactBytes.hash(bytes));
    }
  }

  /** Takes what has to be sent. */
  interface Sending {
    /**
     * Takes a fact.
     *
     * @param isNew whether nothing stood before of what it is about
     */
    void send(SpecificRecord fact, boolean isNew);
  }

  /** Returns the name of what a fact is about. */
  static String entity(SpecificRecord fact) {
    FactKind kind = FactKind.of(fact);
    String patient = Facts.patientKey(fact);
    return String.join(
        BETWEEN,
        Facts.tenant(fact),
        kind == FactKind.FEED ? "~" + kind.label() : kind.label(),
        patient == null ? "" : patient,
        Facts.entity(fact));
  }

  /**
   * Writes the facts of an origin.
   *
   * @param touched receives the entities of which something changes
   */
  void made(String origin, List<SpecificRecord> facts, Set<String> touched) {
    List<byte[]> now = new ArrayList<>(facts.size());
    facts.forEach(fact -> now.add(FactBytes.encode(fact)));
    if (!waiting.add(origin)) {
      flush();
      waiting.add(origin);
    }
    List<String> entitiesBefore = new ArrayList<>();
    List<byte[]> before =
        sql.list(
            "select entity, fact from made where origin = ? order by n",
            row -> {
              entitiesBefore.add(row.getString(1));
              return row.getBytes(2);
            },
            origin);
    if (isSame(before, now)) {
      return;
    }
    touched.addAll(entitiesBefore);
    if (entitiesBefore.stream().anyMatch(kept::containsKey)) {
      forget();
    }
    if (!before.isEmpty()) {
      sql.update("delete from made where origin = ?", origin);
    }
    for (int i = 0; i < facts.size(); i++) {
      String entity = entity(facts.get(i));
      touched.add(entity);
      making.add(origin, i, entity, now.get(i));
      keep(entity, now.get(i));
    }
  }

  private void keep(String entity, byte[] fact) {
    count++;
    if (count < MOST_KEPT) {
      kept.computeIfAbsent(entity, any -> new ArrayList<>(1)).add(fact);
    } else {
      forget();
    }
  }

  private void forget() {
    count = MOST_KEPT;
    kept.clear();
  }

  private void flush() {
    making.flush();
    waiting.clear();
  }

  private static boolean isSame(List<byte[]> one, List<byte[]> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Finds what has to be sent so that of each entity stands what follows from the files, and notes
   * it as sent. Feeds are last, as they confirm the others.
   */
  void settle(SortedSet<String> entities, Sending to) {
    flush();
    for (String entity : entities) {
      Sent before = sent(entity);
      List<SpecificRecord> toSend = new ArrayList<>(1);
      settle(entity, before, toSend);
      boolean isNew = before == null || before.gone;
      toSend.forEach(fact -> to.send(fact, isNew));
    }
    sending.flush();
  }

  private void settle(String entity, @Nullable Sent before, List<SpecificRecord> toSend) {
    List<Follows> follows = follows(entity, before == null);
    if (follows.isEmpty()) {
      if (before != null && !before.gone) {
        SpecificRecord against = Winning.against(before.fact);
        if (against != null) {
          toSend.add(against);
        }
        SpecificRecord stands = against == null ? before.fact : against;
        put(entity, new Sent(stands, before.base, true, before.hashes), false);
      }
      return;
    }
    follows.sort((one, other) -> compare(one.fact, other.fact));
    Sent sent = before;
    boolean changes = false;
    int last = follows.size() - 1;
    for (int i = 0; i <= last; i++) {
      SpecificRecord fact = follows.get(i).fact;
      byte[] hash = follows.get(i).hash;
      if (i < last && (!tells(fact) || (sent != null && sent.has(hash)))) {
        continue;
      }
      if (sent == null) {
        sent = new Sent(fact, hash, false, hash);
        toSend.add(fact);
        changes = true;
      } else if (i < last || sent.gone || !Arrays.equals(sent.base, hash)) {
        sent = sendAgain(sent, fact, hash, i == last, toSend);
        changes = true;
      }
    }
    if (sent != null && changes) {
      put(entity, sent, before == null);
    }
  }

  /**
   * Returns the facts about an entity.
   *
   * @param isNew whether nothing was ever sent about it: then none was made before this change
   */
  private List<Follows> follows(String entity, boolean isNew) {
    if (isNew && count < MOST_KEPT) {
      List<Follows> follows = new ArrayList<>(1);
      kept.getOrDefault(entity, List.of()).forEach(fact -> follows.add(Follows.of(fact)));
      return follows;
    }
    return sql.list(
        "select fact from made where entity = ?", row -> Follows.of(row.getBytes(1)), entity);
  }

  /** Returns whether a fact counts although a later one stands: rules.md#registers. */
  private static boolean tells(SpecificRecord fact) {
    FactKind kind = FactKind.of(fact);
    return kind == FactKind.VISIT || kind == FactKind.REJECTION || kind == FactKind.DECISION;
  }

  private static Sent sendAgain(
      Sent sent, SpecificRecord fact, byte[] hash, boolean mustStand, List<SpecificRecord> toSend) {
    SpecificRecord form = mustStand ? Winning.over(fact, sent.fact) : fact;
    if (form == null) {
      return new Sent(sent.fact, hash, sent.gone, sent.with(hash));
    }
    toSend.add(form);
    return Facts.stands(form, sent.fact)
        ? new Sent(form, hash, false, sent.with(hash))
        : new Sent(sent.fact, sent.base, sent.gone, sent.with(hash));
  }

  private static int compare(SpecificRecord one, SpecificRecord other) {
    if (one.equals(other)) {
      return 0;
    }
    return Facts.stands(one, other) ? 1 : -1;
  }

  private @Nullable Sent sent(String entity) {
    return sql.first(
        "select fact, base, gone, hashes from sent where entity = ?",
        row ->
            new Sent(
                FactBytes.decode(row.getBytes(1)),
                row.getBytes(2),
                row.getBoolean(3),
                row.getBytes(4)),
        entity);
  }

  private void put(String entity, Sent sent, boolean isNew) {
    byte[] fact = FactBytes.encode(sent.fact);
    if (isNew) {
      sending.add(fact, sent.base, sent.gone, sent.hashes, entity);
    } else {
      sql.update(
          "update sent set fact = ?, base = ?, gone = ?, hashes = ? where entity = ?",
          fact,
          sent.base,
          sent.gone,
          sent.hashes,
          entity);
    }
  }

  /** Returns the newest known time of the facts of a kind that is not after a moment, or null. */
  java.time.@Nullable Instant latest(String tenant, FactKind kind, java.time.Instant until) {
    java.time.Instant[] latest = {null};
    String from = tenant + BETWEEN + kind.label() + BETWEEN;
    sql.each(
        "select fact from sent where entity >= ? and entity < ?",
        row -> {
          java.time.Instant at =
              Facts.occurredAt(FactBytes.decode(Sql.read(one -> one.getBytes(1), row)));
          if (!at.isAfter(until) && (latest[0] == null || at.isAfter(latest[0]))) {
            latest[0] = at;
          }
        },
        from,
        from + '\uffff');
    return latest[0];
  }

  /** Returns whether files say where the data of a source ends. */
  boolean hasFeed(String tenant, FeedSource source) {
    boolean[] found = {false};
    String from = tenant + BETWEEN + "~" + FactKind.FEED.label() + BETWEEN;
    sql.each(
        "select fact from sent where entity >= ? and entity < ?",
        row -> {
          SpecificRecord fact = FactBytes.decode(Sql.read(one -> one.getBytes(1), row));
          found[0] |= fact instanceof Feed feed && feed.getSource() == source;
        },
        from,
        from + '\uffff');
    return found[0];
  }
}
