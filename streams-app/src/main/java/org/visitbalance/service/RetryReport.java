package org.visitbalance.service;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a retry.
 *
 * @param sent records that were sent again, by the full name of their topic
 * @param repartitioned how many of these went to another partition than before
 * @param failing those that are still invalid, most records first
 * @param left those that were not examined, because the limit was reached
 */
public record RetryReport(
    SortedMap<String, Long> sent, long repartitioned, List<Failing> failing, long left) {
  /** Counts the records of a topic that are still invalid, for one reason. */
  public record Failing(String source, @Nullable String field, String reason, long letters) {
    /** Returns the field, if it is a single one, and the reason. */
    public String problem() {
      return field == null ? reason : field + " " + reason;
    }
  }

  /** Returns the number of records sent again. */
  public long sentInAll() {
    return sent.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the number of records that are still invalid. */
  public long failingInAll() {
    return failing.stream().mapToLong(Failing::letters).sum();
  }

  /** Builds a report. */
  static final class Builder {
    private static final Comparator<Failing> MOST_FIRST =
        Comparator.comparing(Failing::letters)
            .reversed()
            .thenComparing(Failing::source)
            .thenComparing(Failing::problem);

    private final SortedMap<String, Long> sent = new TreeMap<>();
    private final Map<Failing, Long> failing = new HashMap<>();
    private long sentInAll;
    private long repartitioned;
    private long looked;

    void sent(String source, boolean isRepartitioned) {
      looked++;
      sentInAll++;
      sent.merge(source, 1L, Long::sum);
      repartitioned += isRepartitioned ? 1 : 0;
    }

    void failing(String source, @Nullable String field, String reason) {
      looked++;
      failing.merge(new Failing(source, field, reason, 0), 1L, Long::sum);
    }

    long sentInAll() {
      return sentInAll;
    }

    RetryReport build(long letters) {
      List<Failing> all =
          failing.entrySet().stream()
              .map(
                  one ->
                      new Failing(
                          one.getKey().source(),
                          one.getKey().field(),
                          one.getKey().reason(),
                          one.getValue()))
              .sorted(MOST_FIRST)
              .toList();
      return new RetryReport(sent, repartitioned, all, letters - looked);
    }
  }
}
