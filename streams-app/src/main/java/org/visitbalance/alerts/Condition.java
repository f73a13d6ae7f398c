package org.visitbalance.alerts;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How something is, said when it changes and not each time, and how much it has told. May be asked
 * by any thread.
 */
final class Condition {
  private final LongAdder told = new LongAdder();
  private final LongAdder givenUp = new LongAdder();
  private final String who;
  private final StatusListener listener;
  private volatile @Nullable String trouble;

  Condition(String who, StatusListener listener) {
    this.who = who;
    this.listener = listener;
  }

  void bad(String what) {
    if (!what.equals(trouble)) {
      trouble = what;
      listener.say(who, false, what);
    }
  }

  void good() {
    if (trouble != null) {
      trouble = null;
      listener.say(who, true, "is working again");
    }
  }

  /** So many messages were taken. */
  void told(int messages) {
    took(messages);
    good();
  }

  /** The same where others were not taken. */
  void took(int messages) {
    told.add(messages);
  }

  /** A message is not told any more. */
  void gaveUp(String what) {
    givenUp.increment();
    listener.say(who, false, what);
  }

  /** Messages that were taken. */
  long told() {
    return told.sum();
  }

  /** Messages that were given up. */
  long givenUp() {
    return givenUp.sum();
  }

  /** What is wrong; null while all is well. */
  @Nullable String trouble() {
    return trouble;
  }
}
