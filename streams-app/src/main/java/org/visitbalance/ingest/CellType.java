package org.visitbalance.ingest;

/** What a cell is read as. */
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
