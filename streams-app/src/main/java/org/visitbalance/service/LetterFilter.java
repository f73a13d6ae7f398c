package org.visitbalance.service;

import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Selects dead letters.
 *
 * @param tenant accepts a company, or null if it could not be read
 * @param source the topic, with or without the prefix of the installation; null: any
 * @param reason a part of the field and the reason, regardless of case; null: any
 * @param since only those of records from this time on; null: from the beginning
 * @param until only those of records before this time; null: to the end
 */
public record LetterFilter(
    Predicate<@Nullable String> tenant,
    @Nullable String source,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Instant until) {
  /** Every dead letter. */
  public static final LetterFilter ALL = new LetterFilter(any -> true, null, null, null, null);

  boolean takes(OpenLetters.Letter one, String prefix) {
    String named = one.letter().getSource();
    return tenant.test(one.letter().getTenant())
        && (source == null || named.equals(source) || named.equals(prefix + source))
        && (reason == null || lower(one.problem()).contains(lower(reason)))
        && (since == null || !one.at().isBefore(since))
        && (until == null || one.at().isBefore(until));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
