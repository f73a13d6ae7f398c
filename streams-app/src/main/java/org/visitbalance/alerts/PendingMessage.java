package org.visitbalance.alerts;

import org.visitbalance.output.AlertSaid;
import org.visitbalance.platform.Sha256;
import org.visitbalance.topology.Keys;

/**
 * A message that a route is to be told.
 *
 * @param changes how many changes of this opening were told when this one is
 */
record PendingMessage(AlertSubject subject, Transition transition, int changes) {
  private static final int ID_DIGITS = 32;

  /**
   * The message's id: that of another try, after a crash too, is the same, since it depends on
   * nothing but the route, the opening and which of its messages this is.
   */
  String messageId(String route) {
    String name =
        Keys.of(
            route, subject.id(), subject.openedAt(), transition.word(), String.valueOf(changes));
    return "msg_" + Sha256.hex(name).substring(0, ID_DIGITS);
  }

  /** What was said when this is said. */
  AlertSaid said() {
    return new AlertSaid(
        subject.openedAt(), changes, subject.figures(), transition == Transition.RESOLVED);
  }
}
