package org.visitbalance.ingest.hl7;

/**
 * Two patients that are one.
 *
 * @param isEmr whether the ids are the EMR's; otherwise they are account numbers
 */
public record Hl7Merge(boolean isEmr, String from, String into) {}
