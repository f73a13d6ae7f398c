package org.visitbalance.scenario;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** How values look in the cells of an export. */
record ExtractCells(ExtractStyle style, ZoneId zone) {
  static String text(@Nullable String value) {
    return value == null ? "" : value;
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

  /** Returns the EMR's id of the patient with a billing account. */
  static String emrPatient(String patientKey) {
    return "PT" + patientKey.substring(1);
  }
}
