package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.visitbalance.output.AlertSaid;
import org.visitbalance.topology.Keys;

/**
 * A message that a route is to be told.
 *
 * @param changes how many changes of this opening were told when this one is
 */
record Due(Matter matter, Transition transition, int changes) {
  private static final int ID_BYTES = 16;

  /**
   * The message's id: that of another try, after a crash too, is the same, since it depends on
   * nothing but the route, the opening and which of its messages this is.
   */
  String messageId(String route) {
    String name =
        Keys.of(route, matter.id(), matter.openedAt(), transition.word(), String.valueOf(changes));
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(UTF_8));
      return "msg_" + HexFormat.of().formatHex(hash, 0, ID_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** What was said when this is said. */
  AlertSaid said() {
    return new AlertSaid(
        matter.openedAt(), changes, matter.figures(), transition == Transition.RESOLVED);
  }
}
