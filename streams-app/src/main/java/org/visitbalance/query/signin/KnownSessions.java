package org.visitbalance.query.signin;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Deadline;
import org.visitbalance.query.access.Authenticator.Denied;

/**
 * What this instance has seen of sessions lately: which have ended, and what they were renewed to.
 * Losing it ends no session.
 */
final class KnownSessions {
  private static final int MOST = 10_000;

  /** Requests that were on their way when their session was renewed get the same new one. */
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final Map<String, Instant> ended = new HashMap<>();
  private final Map<String, Session> newest =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Session> eldest) {
          return size() > MOST;
        }
      };

  private final Map<String, Renewal> renewals = new LinkedHashMap<>();

  /** Renews a session. */
  interface Renewing {
    Session of(Session session) throws Unavailable, Denied;
  }

  /** A renewal, of a session that it is the only one of. */
  private static final class Renewal {
    private final Deadline kept = Deadline.in(KEPT);
    private @Nullable Session result;

    synchronized Session result(Session session, Renewing renewing) throws Unavailable, Denied {
      Session done = result;
      if (done == null) {
        done = renewing.of(session);
        result = done;
      }
      return done;
    }
  }

  synchronized void saw(Session session) {
    newest.merge(
        session.id(), session, (old, one) -> old.goodUntil().isAfter(one.goodUntil()) ? old : one);
  }

  synchronized Session newest(Session session) {
    return newest.getOrDefault(session.id(), session);
  }

  /** Renews a session; whoever asks with the same one meanwhile waits for the same result. */
  Session renewed(Session session, Renewing renewing) throws Unavailable, Denied {
    Renewal renewal;
    synchronized (this) {
      for (Iterator<Renewal> all = renewals.values().iterator(); all.hasNext(); ) {
        if (!all.next().kept.isOver()) {
          break;
        }
        all.remove();
      }
      renewal = renewals.computeIfAbsent(key(session), any -> new Renewal());
    }
    Session result = renewal.result(session, renewing);
    saw(result);
    return result;
  }

  private static String key(Session session) {
    return session.id() + " " + session.goodUntil() + " " + session.refresh();
  }

  synchronized void end(Session session, Instant now) {
    ended.values().removeIf(end -> end.isBefore(now));
    ended.put(session.id(), session.endsAt());
  }

  synchronized boolean isEnded(Session session) {
    return ended.containsKey(session.id());
  }

  /** Returns whether a session, or what it was renewed to, is good at a time. */
  synchronized boolean isGood(Session session, Instant now) {
    return !isEnded(session)
        && session.endsAt().isAfter(now)
        && newest(session).goodUntil().isAfter(now);
  }
}
