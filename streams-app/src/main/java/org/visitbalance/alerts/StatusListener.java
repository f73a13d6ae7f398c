package org.visitbalance.alerts;

/**
 * Receives every change in the state of a route or of the watch. The texts contain no secrets and
 * no patient data.
 */
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
