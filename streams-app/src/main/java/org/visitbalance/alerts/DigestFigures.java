package org.visitbalance.alerts;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a morning mail says: the figures that the page has at that moment.
 *
 * @param asOf the tick that they reflect; null before the first
 * @param stopped why these figures no longer move on, as the API says it; null if they do
 * @param progress what the service is busy with, as the API says it; null if nothing
 * @param feeds where the data of each system ends
 * @param locations the locations to which it is limited; empty: all
 * @param places the locations with activity, those with most to explain first
 * @param work what to do next, at most five
 */
record DigestFigures(
    LocalDate from,
    LocalDate to,
    ZoneId zone,
    @Nullable Instant asOf,
    @Nullable String stopped,
    @Nullable String progress,
    List<Feed> feeds,
    List<String> locations,
    List<Place> places,
    List<Amount> money,
    Amount missing,
    List<Work> work) {

  /** Where the data of a system ends; null: it does not say. */
  record Feed(String source, @Nullable Instant until) {}

  /**
   * A location.
   *
   * @param verdict the worst of its days
   * @param unexplained how many visits are unexplained
   * @param difference visits of the EMR minus visits of billing
   */
  record Place(String name, Verdict verdict, long unexplained, long difference) {}

  /** How a location is, the worst first. */
  enum Verdict {
    OUT_OF_BALANCE,
    WAITING,
    EXPLAINED,
    BALANCED
  }

  /**
   * A sum of money.
   *
   * @param cents what is known of it; null if nothing is
   */
  record Amount(String label, @Nullable Long cents, long visits, long unpriced) {}

  /**
   * A discrepancy.
   *
   * @param place the location, as the page calls it
   * @param visit a token; null where it is not about one
   */
  record Work(
      String kind,
      String place,
      @Nullable LocalDate date,
      @Nullable Long cents,
      @Nullable LocalDate fileBy,
      @Nullable String visit) {}

  /** How many locations are as they say. */
  long count(Verdict verdict) {
    return places.stream().filter(place -> place.verdict() == verdict).count();
  }
}
