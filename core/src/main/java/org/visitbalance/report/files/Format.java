package org.visitbalance.report.files;

/** The forms in which the lists of a result are written. */
public enum Format {
  /** JSON lines, for programs; always written. */
  JSONL,
  /** A folder of CSV files, for spreadsheets. */
  CSV,
  /** One workbook with a sheet for each list. */
  XLSX
}
