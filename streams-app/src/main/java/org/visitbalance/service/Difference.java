package org.visitbalance.service;

import org.jspecify.annotations.Nullable;

/**
 * One way in which something on a cluster is not as it should be.
 *
 * @param what is different, by its name there, such as {@code retention.ms}
 * @param obstacle why this program does not mend it, and who does; null if it does
 */
public record Difference(String what, String is, String shouldBe, @Nullable String obstacle) {
  static Difference mendable(String what, String is, String shouldBe) {
    return new Difference(what, is, shouldBe, null);
  }

  /** Whether this program mends it. */
  public boolean isMendable() {
    return obstacle == null;
  }
}
