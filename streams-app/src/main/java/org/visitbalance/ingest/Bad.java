package org.visitbalance.ingest;

/** What a cell gives that cannot be read: what was wanted, never the cell's text. */
record Bad(String reason) {}
