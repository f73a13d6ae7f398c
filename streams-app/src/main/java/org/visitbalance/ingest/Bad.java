package org.visitbalance.ingest;

/** The result of a cell that cannot be read: what was expected, never the text of the cell. */
record Bad(String reason) {}
