package org.visitbalance.query.settings;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.Settings;

/** Answers what a settings document would change, so that this package knows no log. */
@FunctionalInterface
public interface WhatIf {
  /** Is told how far an evaluation is. */
  @FunctionalInterface
  interface Progress {
    /**
     * Begins.
     *
     * @param read gives the number of records read so far
     * @param all about how many there are
     */
    void begins(LongSupplier read, long all);
  }

  /** There is no answer; the message says why and what to do. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Evaluates everything known with the settings in force and with others, and compares. Takes
   * long; ends early if the thread is interrupted.
   *
   * @param proposed the other settings
   * @param moment the moment of both evaluations
   * @param from the first day to compare; null: all days
   * @return the answer as JSON; no identifiers of the source systems are in it
   * @throws Refused if there is no answer
   */
  Map<String, @Nullable Object> of(
      Settings proposed, Instant moment, @Nullable LocalDate from, Progress progress);
}
