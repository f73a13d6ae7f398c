package org.visitbalance.platform.registry;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ids that a registry does not know. Until the patience for an id is over, the answer is not final,
 * because the node that was asked may be behind; after that, it is remembered for an hour. The
 * number of requests per second is limited, however many ids there are. Thread-safe.
 */
public final class UnknownIds {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long LONGEST_BREATH = 15 * SECOND;

  /** More unknown ids at once do not come from a registry that is behind. */
  private static final int MANY = 100;

  /** Registries count up: an id far above all known ones was not assigned by this one. */
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

  /** When the current wait for this registry began; null if nothing waits. */
  private @Nullable Long waitingSince;

  /** Creates them for the configured registry; see {@link RegistryConfig#PATIENCE}. */
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
   * Checks whether it is worth asking for an id now.
   *
   * @throws SchemaNotYetKnownException if it was asked for a moment ago
   * @throws RegistryRefusedException if the patience for it is over
   */
  public synchronized void requireWorthAsking(int id) {
    long now = nanos.getAsLong();
    Unknown found = unknown.get(id);
    if (found != null && now - found.nextAt < 0) {
      throw found.isFinal ? refused() : notYet(found, id, now);
    }
    boolean isAgain = found != null && found.wasAsked;
    if (!unknown.isEmpty() && (isAgain || !isNext(id)) && hasAskedEnough(isAgain, now)) {
      throw notYet(remember(id, now), id, now);
    }
  }

  private SchemaNotYetKnownException notYet(Unknown found, int id, long now) {
    return found.wasAsked
        ? SchemaNotYetKnownException.ofUnknown(id, isLikely(id, now))
        : SchemaNotYetKnownException.ofUnasked(id, isLikely(id, now));
  }

  /** Returns whether the registry has probably assigned an id: there are few of these. */
  private boolean isNext(int id) {
    return greatestKnown > 0 && id > 0 && isNear(id);
  }

  private boolean isNear(int id) {
    return (long) id - greatestKnown <= NEAR;
  }

  /** Ids that were never asked for take precedence. */
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

  /** Records that the registry returned a schema. */
  public synchronized void known(int id) {
    greatestKnown = Math.max(greatestKnown, id);
    Unknown found = unknown.remove(id);
    if (found != null) {
      waiting -= found.isFinal ? 0 : 1;
      if (found.wasAsked) {
        // The registry was behind, so other missing ids may arrive too.
        waitingSince = null;
      }
    }
  }

  /**
   * Records that the registry does not know an id.
   *
   * @return the exception for the caller
   */
  public synchronized RegistryException unknown(int id) {
    long now = nanos.getAsLong();
    Unknown found = remember(id, now);
    found.wasAsked = true;
    if (found.isFinal || now - found.since >= patience) {
      waiting -= found.isFinal ? 0 : 1;
      found.isFinal = true;
      found.nextAt = now + HOUR;
      return refused();
    }
    found.breath = Math.min(2 * found.breath, LONGEST_BREATH);
    found.nextAt = Math.min(now + found.breath, found.since + patience);
    return SchemaNotYetKnownException.ofUnknown(id, isLikely(id, now));
  }

  private void forgetTheOldest() {
    if (unknown.size() >= MOST) {
      Iterator<Unknown> oldest = unknown.values().iterator();
      waiting -= oldest.next().isFinal ? 0 : 1;
      oldest.remove();
    }
  }

  /**
   * Returns whether an id is likely to become known. A producer that keeps sending new unknown ids
   * must not block others forever: once the patience is over, nothing waits for an hour or until
   * one of the ids becomes known.
   */
  private boolean isLikely(int id, long now) {
    if ((greatestKnown > 0 && !isNear(id)) || waiting > MANY) {
      return false;
    }
    if (waitingSince == null || now - waitingSince >= HOUR) {
      waitingSince = now;
    }
    return now - waitingSince < patience;
  }

  /** The reason is the same for all records of an id, so that they are one group. */
  private RegistryRefusedException refused() {
    return new RegistryRefusedException(
        ErrorCodes.SCHEMA_NOT_FOUND, "asked for " + patience / SECOND + " s");
  }

  /** Returns which ids are missing, as a message; null if none. */
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
          + "; its records wait and become dead letters in "
          + left
          + " s; check whether a node of the registry is behind, and who wrote the records";
    }
    return null;
  }
}
