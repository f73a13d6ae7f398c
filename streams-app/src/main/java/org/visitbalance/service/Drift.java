package org.visitbalance.service;

import java.util.List;

/**
 * What was found of a topic, or of a subject of the registry.
 *
 * @param name its whole name there
 * @param isThere whether it exists
 * @param details what a person wants to know of it besides, or of what it will be
 * @param differences in which it is, or cannot become, what it should be
 * @param fix makes it, or mends those of its differences that can be mended
 */
public record Drift(
    String name, boolean isThere, String details, List<Difference> differences, Fix fix) {
  /** Changes something on the cluster. What is so already, since another was quicker, stays. */
  @FunctionalInterface
  public interface Fix {
    /**
     * Does it.
     *
     * @param really false to ask only, as far as that is possible, whether it would be allowed
     * @throws org.apache.kafka.common.KafkaException if it is refused, or nobody answers
     */
    void apply(boolean really);
  }

  /** Whether it is all that it should be. */
  public boolean isFine() {
    return isThere && differences.isEmpty();
  }

  /** Whether a difference is left, whatever this program does. */
  public boolean isBeyondCure() {
    return !differences.stream().allMatch(Difference::isMendable);
  }

  /** Whether the cure changes anything. What is missing is made as it should be or not at all. */
  public boolean isCurable() {
    return isThere ? differences.stream().anyMatch(Difference::isMendable) : !isBeyondCure();
  }
}
