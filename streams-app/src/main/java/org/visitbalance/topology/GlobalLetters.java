package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.state.PartitionState;
import org.visitbalance.state.StoredSettings;

/**
 * The dead letters of the global stores, which have no outputs of their own: the ledger of one
 * partition passes them on, each of them once.
 */
final class GlobalLetters {
  private final GlobalTable<StoredSettings> settings;
  private final GlobalTable<Feed> feeds;
  private final OutputDiff.Sink sink;

  /** How many there were when they were looked at since the start. */
  private long seen;

  GlobalLetters(
      GlobalTable<StoredSettings> settings, GlobalTable<Feed> feeds, OutputDiff.Sink sink) {
    this.settings = settings;
    this.feeds = feeds;
    this.sink = sink;
  }

  /**
   * Passes on what is new; looks at the letters only when there are more than the last time.
   *
   * @return the state of the partition after that
   */
  PartitionState pass(PartitionState state) {
    long invalid = settings.invalid() + feeds.invalid();
    if (invalid <= seen) {
      return state;
    }
    seen = invalid;
    return told(
        state,
        (letter, reported) -> {
          String place = place(letter);
          if (reported.getOrDefault(place, -1L) < letter.getPosition()) {
            reported.put(place, letter.getPosition());
            sink.say(Topics.DEAD_LETTERS, null, letter);
          }
        });
  }

  /** Returns the state of a partition that does not pass on what an older program reported. */
  PartitionState skipped(PartitionState state, Predicate<DeadLetter> isReported) {
    return told(
        state,
        (letter, reported) -> {
          if (isReported.test(letter)) {
            reported.merge(place(letter), letter.getPosition(), Math::max);
          }
        });
  }

  private PartitionState told(
      PartitionState state, BiConsumer<DeadLetter, Map<String, Long>> telling) {
    Map<String, Long> reported = new HashMap<>(state.getReported());
    List<DeadLetter> letters = new ArrayList<>(settings.letters());
    letters.addAll(feeds.letters());
    letters.forEach(letter -> telling.accept(letter, reported));
    return PartitionState.newBuilder(state).setReported(reported).build();
  }

  private static String place(DeadLetter letter) {
    return letter.getSource() + "-" + letter.getPartition();
  }
}
