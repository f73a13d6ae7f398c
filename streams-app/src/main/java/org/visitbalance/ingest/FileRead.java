package org.visitbalance.ingest;

/**
 * A file that was read, and what became of its rows.
 *
 * @param name its name, with the sheet of a workbook
 * @param rows rows or lines with anything in them
 * @param skipped those that are totals or that the mapping leaves out
 * @param invalid those that cannot be used
 */
public record FileRead(String name, long rows, long skipped, long invalid) {}
