package org.visitbalance.topology;

import java.time.Instant;

/**
 * What a rebuild of the state starts from (rules.md#rebuild): until when the state of the older
 * program is judged again, and what that program reported.
 */
public interface Rebuild {
  /** The record timestamp of the newest output of the older program. */
  Instant moment();

  /**
   * Whether a fact comes after what is judged again, so that what it changes is reported as always.
   *
   * @param topic the full name of its topic
   */
  boolean isLater(String topic, int partition, long offset, Instant knownAt);

  /** Is told of the first tick of the present, by each partition; the first one counts. */
  void began(Instant tick);

  /** What stands on the output topics; reading them takes a while, and is done once. */
  PreviousOutputs previous();
}
