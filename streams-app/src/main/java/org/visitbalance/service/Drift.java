package org.visitbalance.service;

import java.util.List;

/**
 * The state of a topic, or of a subject of the registry.
 *
 * @param name its full name there
 * @param isThere whether it exists
 * @param details what else to show about it, or about what it will be
 * @param differences the ways in which it is not, or cannot become, what it should be
 * @param fix creates it, or fixes those differences that can be fixed
 */
public record Drift(
    String name, boolean isThere, String details, List<Difference> differences, Fix fix) {
  /** Changes something on the cluster; anything already changed by someone else stays as it is. */
  @FunctionalInterface
  public interface Fix {
    /**
     * Applies the change.
     *
     * @param really false to only ask, where possible, whether it would be allowed
     * @throws org.apache.kafka.common.KafkaException if it is refused or the cluster does not
     *     answer
     */
    void apply(boolean really);
  }

  /** Returns whether it is all that it should be. */
  public boolean isFine() {
    return isThere && differences.isEmpty();
  }

  /** Returns whether this program cannot remove every difference. */
  public boolean isBeyondCure() {
    return !differences.stream().allMatch(Difference::isMendable);
  }

  /** Whether the fix changes anything. What is missing is made as it should be or not at all. */
  public boolean isCurable() {
    return isThere ? differences.stream().anyMatch(Difference::isMendable) : !isBeyondCure();
  }
}
