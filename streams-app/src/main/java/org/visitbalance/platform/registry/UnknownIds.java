package org.visitbalance.platform.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ids that a registry has said it does not know. Each has some patience from its first time on;
 * until then the answer is not final, because the node that was asked may be behind. After it the
 * answer is remembered for an hour. However many ids there are, only a few of them are asked for in
 * a second. Safe for several threads.
 */
public final class UnknownIds {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long LONGEST_BREATH = 15 * SECOND;

  /** More unknown ids at once are the work of no registry that is behind. */
  private static final int MANY = 100;

  /** Registries count up: an id that is far above all that are known was not given by this one. */
  private static final int NEAR = 1_000;

  private static final int MOST = 100_000;
  private static final int QUESTIONS_A_SECOND = 100;

  private final long patience;
  private final LongSupplier nanos;
  private final LinkedHashMap<Integer, Unknown> unknown = new LinkedHashMap<>();
  private int waiting;
  private int greatestKnown;
  private long second;
  private int asked;

  /** Since when this registry is waited for, and until when at most. */
  private @Nullable Long waitingSince;

  /** Those of a registry that a configuration names; see {@link RegistryConfig#PATIENCE}. */
  public UnknownIds(Map<String, ?> config) {
    this(new RegistryConfig(config).patience(), System::nanoTime);
  }

  /**
   * @param nanos a clock that only runs forward
   */
  UnknownIds(Duration patience, LongSupplier nanos) {
    this.patience = patience.toNanos();
    this.nanos = nanos;
  }

  private static final class Unknown {
    final long since;
    long nextAt;
    long breath = SECOND / 2;
    boolean wasAsked;
    boolean isFinal;

    Unknown(long since) {
      this.since = since;
      this.nextAt = since;
    }
  }

  /**
   * Looks whether it is worth asking for an id now.
   *
   * @throws SchemaNotYetKnownException when it was asked for a moment ago
   * @throws RegistryRefusedException when it is known not to come
   */
  public synchronized void requireWorthAsking(int id) {
    long now = nanos.getAsLong();
    Unknown found = unknown.get(id);
    if (found != null && now - found.nextAt < 0) {
      throw found.isFinal
          ? refused(found, now)
          : new SchemaNotYetKnownException(id, isLikely(id, now));
    }
    if (!unknown.isEmpty() && hasAskedEnough(found != null && found.wasAsked, now)) {
      remember(id, now);
      throw new SchemaNotYetKnownException(id, isLikely(id, now));
    }
  }

  /** What was never asked for goes before what was. */
  private boolean hasAskedEnough(boolean isAgain, long now) {
    if (now - second >= SECOND) {
      second = now;
      asked = 0;
    }
    return ++asked > (isAgain ? QUESTIONS_A_SECOND / 2 : QUESTIONS_A_SECOND);
  }

  private Unknown remember(int id, long now) {
    Unknown found = unknown.get(id);
    if (found == null) {
      found = new Unknown(now);
      waiting++;
      forgetTheOldest();
      unknown.put(id, found);
    }
    return found;
  }

  /** The registry has given a schema. */
  public synchronized void known(int id) {
    greatestKnown = Math.max(greatestKnown, id);
    Unknown found = unknown.remove(id);
    if (found != null) {
      waiting -= found.isFinal ? 0 : 1;
      if (found.wasAsked) {
        // It was behind indeed: whatever else is missing may come just as well.
        waitingSince = null;
      }
    }
  }

  /**
   * The registry has said that it does not know an id.
   *
   * @return what to say to whoever asked
   */
  public synchronized RegistryException unknown(int id) {
    long now = nanos.getAsLong();
    Unknown found = remember(id, now);
    found.wasAsked = true;
    if (found.isFinal || now - found.since >= patience) {
      waiting -= found.isFinal ? 0 : 1;
      found.isFinal = true;
      found.nextAt = now + HOUR;
      return refused(found, now);
    }
    found.breath = Math.min(2 * found.breath, LONGEST_BREATH);
    found.nextAt = Math.min(now + found.breath, found.since + patience);
    return new SchemaNotYetKnownException(id, isLikely(id, now));
  }

  private void forgetTheOldest() {
    if (unknown.size() >= MOST) {
      Iterator<Unknown> oldest = unknown.values().iterator();
      waiting -= oldest.next().isFinal ? 0 : 1;
      oldest.remove();
    }
  }

  /**
   * Whoever sends new unknown ids again and again must not make others wait for ever: after one
   * patience nobody waits until an hour has passed, or one of the ids has come.
   */
  private boolean isLikely(int id, long now) {
    boolean isNear = greatestKnown == 0 || (long) id - greatestKnown <= NEAR;
    if (!isNear || waiting > MANY) {
      return false;
    }
    if (waitingSince == null || now - waitingSince >= HOUR) {
      waitingSince = now;
    }
    return now - waitingSince < patience;
  }

  private static RegistryRefusedException refused(Unknown found, long now) {
    return new RegistryRefusedException(
        ErrorCodes.SCHEMA_NOT_FOUND, "asked for " + (now - found.since) / SECOND + " s");
  }

  /** Which ids are waited for, for a person; null: none. */
  public synchronized @Nullable String trouble() {
    Map<Integer, Unknown> waited = new HashMap<>();
    unknown.forEach(
        (id, found) -> {
          if (!found.isFinal && waited.isEmpty()) {
            waited.put(id, found);
          }
        });
    long now = nanos.getAsLong();
    for (Map.Entry<Integer, Unknown> one : waited.entrySet()) {
      long left = Math.max(0, patience - (now - one.getValue().since)) / SECOND;
      return "does not know schema "
          + one.getKey()
          + (waiting > 1 ? " and " + (waiting - 1) + " others" : "")
          + "; records of it wait, and become dead letters in "
          + left
          + " s; see whether its nodes are behind, or who wrote the records";
    }
    return null;
  }
}
