package org.visitbalance.ingest;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A row as it is kept until its facts are made: its cells have been read, and nothing has been
 * concluded from them.
 *
 * @param line its line in the file
 * @param id what it is about: a visit, a charge, an entry of a snapshot, a patient
 * @param pointer the row's own id, in an extract whose later rows replace earlier ones
 * @param patient the patient as the file names it; null if the row is about none
 * @param date the date of service, if the row has one
 * @param values the values, as bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
public record StoredRow(
    long line,
    String id,
    @Nullable String pointer,
    @Nullable String patient,
    @Nullable LocalDate date,
    byte[] values) {

  /** Returns the same row at another line. */
  public StoredRow at(long other) {
    return new StoredRow(other, id, pointer, patient, date, values);
  }
}
