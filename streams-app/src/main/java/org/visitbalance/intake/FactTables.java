package org.visitbalance.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
  private static final byte[] NONE = {};

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
   * @param hashes of all made facts that were sent and count beside a later one
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
      if (!tells(fact) || has(hash)) {
        return hashes;
      }
      byte[] more = Arrays.copyOf(hashes, hashes.length + FactBytes.HASH);
      System.arraycopy(hash, 0, more, hashes.length, FactBytes.HASH);
      return more;
    }
  }

  /** A fact that an origin gives. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  private record Made(String entity, byte[] fact) {}

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
   * Writes the facts of some origins.
   *
   * @param touched receives the entities of which something changes
   */
  void made(Map<String, List<SpecificRecord>> all, Set<String> touched) {
    if (!Collections.disjoint(waiting, all.keySet())) {
      flush();
    }
    waiting.addAll(all.keySet());
    Map<String, List<Made>> before = new HashMap<>();
    sql.each(
        "select origin, entity, fact from made where origin = any(?) order by origin, n",
        row ->
            before
                .computeIfAbsent(Sql.read(one -> one.getString(1), row), any -> new ArrayList<>(1))
                .add(Sql.read(one -> new Made(one.getString(2), one.getBytes(3)), row)),
        (Object) all.keySet().toArray());
    all.forEach(
        (origin, facts) -> made(origin, before.getOrDefault(origin, List.of()), facts, touched));
  }

  private void made(
      String origin, List<Made> before, List<SpecificRecord> facts, Set<String> touched) {
    List<byte[]> now = facts.stream().map(FactBytes::encode).toList();
    if (isSame(before, now)) {
      return;
    }
    before.forEach(one -> touched.add(one.entity));
    if (before.stream().anyMatch(one -> kept.containsKey(one.entity))) {
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

  private static boolean isSame(List<Made> before, List<byte[]> now) {
    if (before.size() != now.size()) {
      return false;
    }
    for (int i = 0; i < now.size(); i++) {
      if (!Arrays.equals(before.get(i).fact, now.get(i))) {
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
    for (List<String> slice : Slices.of(entities)) {
      Map<String, Sent> sent = sent(slice);
      Map<String, List<Follows>> follows = follows(slice, sent.keySet());
      for (String entity : slice) {
        Sent before = sent.get(entity);
        List<SpecificRecord> toSend = new ArrayList<>(1);
        settle(entity, before, follows.getOrDefault(entity, List.of()), toSend);
        boolean isNew = before == null || before.gone;
        toSend.forEach(fact -> to.send(fact, isNew));
      }
    }
    sending.flush();
  }

  private void settle(
      String entity, @Nullable Sent before, List<Follows> follows, List<SpecificRecord> toSend) {
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
        sent = new Sent(fact, hash, false, tells(fact) ? hash : NONE);
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
   * Returns the facts about some entities.
   *
   * @param known of which something was sent before; of the others, no fact was made before this
   *     change
   */
  private Map<String, List<Follows>> follows(List<String> entities, Set<String> known) {
    boolean keepsAll = count < MOST_KEPT;
    Map<String, List<Follows>> follows = new HashMap<>();
    if (keepsAll) {
      for (String entity : entities) {
        if (!known.contains(entity)) {
          kept.getOrDefault(entity, List.of()).forEach(fact -> add(follows, entity, fact));
        }
      }
    }
    sql.each(
        "select entity, fact from made where entity = any(?)",
        row ->
            add(
                follows,
                Sql.read(one -> one.getString(1), row),
                Sql.read(one -> one.getBytes(2), row)),
        (Object) (keepsAll ? known : entities).toArray());
    return follows;
  }

  private static void add(Map<String, List<Follows>> follows, String entity, byte[] fact) {
    follows.computeIfAbsent(entity, any -> new ArrayList<>(1)).add(Follows.of(fact));
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

  private Map<String, Sent> sent(List<String> entities) {
    Map<String, Sent> found = new HashMap<>();
    sql.each(
        "select entity, fact, base, gone, hashes from sent where entity = any(?)",
        row -> found.put(Sql.read(one -> one.getString(1), row), Sql.read(FactTables::sent, row)),
        (Object) entities.toArray());
    return found;
  }

  private static Sent sent(ResultSet row) throws SQLException {
    return new Sent(
        FactBytes.decode(row.getBytes("fact")),
        row.getBytes("base"),
        row.getBoolean("gone"),
        row.getBytes("hashes"));
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
