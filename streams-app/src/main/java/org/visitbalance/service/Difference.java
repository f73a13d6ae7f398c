package org.visitbalance.service;

import org.jspecify.annotations.Nullable;

/**
 * One way in which something on a cluster is not as it should be.
 *
 * @param what the name of the difference on the cluster, such as {@code retention.ms}
 * @param is the current value
 * @param shouldBe the value it should have
 * @param obstacle why this program does not fix it, and who does; null if it does
 */
public record Difference(String what, String is, String shouldBe, @Nullable String obstacle) {
  static Difference mendable(String what, String is, String shouldBe) {
    return new Difference(what, is, shouldBe, null);
  }

  /** Returns whether this program fixes it. */
  public boolean isMendable() {
    return obstacle == null;
  }
}
