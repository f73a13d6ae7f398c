package org.visitbalance.ingest;

/** The types that a cell can be read as. */
enum CellType {
  TEXT,
  POS_CODE,
  DATE,
  INSTANT,
  WHOLE,
  MONEY,
  TRUTH,
  SYMBOL,
  MODIFIERS
}
