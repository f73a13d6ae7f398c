package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How values look in the cells of an export.
 *
 * @param isFull whether the company has added columns for all that its facts say; both of its
 *     systems then name a patient alike
 */
record ExtractCells(ExtractStyle style, ZoneId zone, boolean isFull) {
  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  static List<String> together(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  String date(@Nullable LocalDate date) {
    return date == null ? "" : style.dates().date.format(date);
  }

  String time(Instant instant) {
    return style.dates().time.format(LocalDateTime.ofInstant(instant, zone));
  }

  LocalDate day(Instant instant) {
    return LocalDate.ofInstant(instant, zone);
  }

  String number(int value) {
    return style.number(value);
  }

  String money(@Nullable Long cents) {
    return cents == null ? "" : style.money(cents);
  }

  static String truth(@Nullable Boolean value) {
    return value == null ? "" : value ? "Yes" : "No";
  }

  /** Returns the EMR's id of the patient with a billing account. */
  String emrPatient(String patientKey) {
    return isFull ? patientKey : "PT" + patientKey.substring(1);
  }
}
