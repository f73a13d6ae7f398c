package org.visitbalance.alerts;

/** Hears of each change of how a route, or the watch, is; no text has a secret or a patient. */
@FunctionalInterface
public interface StatusListener {
  /**
   * Something is so from now on.
   *
   * @param who a route's name, or "watch"
   * @param isWell whether all is well with it
   */
  void say(String who, boolean isWell, String sentence);
}
