package org.visitbalance.ingest;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * Turns the cells of a file into rows. It reads each cell in place, so columns that no mapping uses
 * never become strings. A row that cannot be read becomes a dead letter; an empty row is skipped.
 */
final class RowHandler extends AbstractBaseCsvCallbackHandler<Row> {
  private final RowSource source;
  private final RowLayout layout;
  private final Utf8Reader in;
  private final Consumer<DeadLetter> deadLetters;
  private final FactOutlet amounts;
  private @Nullable Object[] values = {};
  private boolean header = true;
  private boolean filled;
  private boolean broken;
  private @Nullable String badColumn;
  private @Nullable String badReason;

  RowHandler(
      RowSource source,
      RowLayout layout,
      Utf8Reader in,
      Consumer<DeadLetter> deadLetters,
      FactOutlet amounts) {
    this.source = source;
    this.layout = layout;
    this.in = in;
    this.deadLetters = deadLetters;
    this.amounts = amounts;
  }

  @Override
  protected void handleBegin(long startingLineNumber) {
    values = layout.start();
    filled = false;
    broken = false;
    badReason = null;
  }

  @Override
  protected void handleField(int index, char[] text, int offset, int length, boolean quoted) {
    int from = offset;
    int to = offset + length;
    while (from < to && isBlank(text[from])) {
      from++;
    }
    while (from < to && isBlank(text[to - 1])) {
      to--;
    }
    if (from == to) {
      return;
    }
    filled = true;
    if (header) {
      return;
    }
    if (in.hasBroken()) {
      broken |= Utf8Reader.hasBroken(text, from, to);
    }
    if (broken || index >= layout.width()) {
      return;
    }
    List<CellColumn> fields = layout.fieldsOf(index);
    for (int i = 0; i < fields.size(); i++) {
      take(fields.get(i), fields.get(i).read(text, from, to));
    }
  }

  private void take(CellColumn field, Object value) {
    if (value == Amount.LOST) {
      amounts.lost();
    } else if (!(value instanceof Bad bad)) {
      values[field.target()] = value;
    } else if (badReason == null) {
      badColumn = field.name();
      badReason = bad.reason();
    }
  }

  @Override
  protected @Nullable Row buildRecord() {
    if (!filled) {
      return null;
    } else if (header) {
      header = false;
      return null;
    }
    int wanted = layout.width();
    if (broken) {
      return bad(null, "has bytes that are not UTF-8");
    } else if (getFieldCount() != wanted) {
      return bad(null, "has " + getFieldCount() + " cells, but the header has " + wanted);
    } else if (badReason != null) {
      return bad(badColumn, badReason);
    }
    layout.finish(values);
    return new Row(source, getStartingLineNumber(), values);
  }

  private @Nullable Row bad(@Nullable String column, String reason) {
    deadLetters.accept(source.deadLetter(getStartingLineNumber(), column, reason));
    return null;
  }

  private static boolean isBlank(char letter) {
    return letter <= ' ' || letter == '\u00a0' || letter == '\ufeff';
  }
}
