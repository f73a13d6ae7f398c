package org.visitbalance.alerts;

import org.jspecify.annotations.Nullable;

/** How something is, said when it changes and not each time. May be asked by any thread. */
final class Condition {
  private final String who;
  private final Voice voice;
  private volatile @Nullable String trouble;

  Condition(String who, Voice voice) {
    this.who = who;
    this.voice = voice;
  }

  void bad(String what) {
    if (!what.equals(trouble)) {
      trouble = what;
      voice.say(who, false, what);
    }
  }

  void good() {
    if (trouble != null) {
      trouble = null;
      voice.say(who, true, "goes on");
    }
  }

  /** Something that happened once. */
  void note(String what) {
    voice.say(who, false, what);
  }

  /** What is wrong; null while all is well. */
  @Nullable String trouble() {
    return trouble;
  }
}
