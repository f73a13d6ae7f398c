package org.visitbalance.ingest;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares the number of the last total row of a table with the sum of the rows above it: a file
 * that was cut off has another sum, or no total row at all.
 */
final class TotalCheck {
  private final RowSource source;
  private final Field field;
  private long rows;
  private long sum;
  private boolean unknown;
  private boolean found;
  private @Nullable Object total;
  private long above;
  private boolean unknownAbove;

  TotalCheck(RowSource source) {
    this.source = source;
    this.field = Objects.requireNonNull(source.entry().rules().check());
  }

  /** Takes the number of a row; null if its cell is blank. */
  void row(@Nullable Object value) {
    rows++;
    if (value instanceof Number number) {
      sum += number.longValue();
    } else {
      unknown |= value != null;
    }
  }

  /** Takes the number of a total row. */
  void total(@Nullable Object value) {
    found = true;
    total = value;
    above = sum;
    unknownAbove = unknown;
  }

  /**
   * Ends the table.
   *
   * @throws InputException if the sums differ
   */
  void finish() {
    if (!found) {
      if (rows > 0) {
        throw error("has no total row; it may have been cut off");
      }
    } else if (!(total instanceof Number number)) {
      source.count().unchecked = "its last total row has no number in that column";
    } else if (unknownAbove) {
      source.count().unchecked = "the number of an unusable row is not known";
    } else if (number.longValue() != above) {
      throw error(
          "is not complete; its last total row of "
              + source.nameOf(field.label())
              + " says "
              + text(number.longValue())
              + ", has "
              + text(above)
              + " above it");
    }
  }

  private InputException error(String what) {
    return new InputException(
        source.file().fileName()
            + ": "
            + what
            + "; export it again, or remove totals.check from "
            + source.entry().source());
  }

  private String text(long number) {
    return field.type() == CellType.MONEY
        ? String.format("%d.%02d", number / 100, number % 100)
        : String.valueOf(number);
  }
}
