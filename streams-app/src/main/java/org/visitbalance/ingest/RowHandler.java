package org.visitbalance.ingest;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * Turns the cells of a table into rows. It reads each cell in place, so columns that no mapping
 * uses never become strings. A row that cannot be read becomes a dead letter; an empty row, and one
 * that repeats the header, is nothing; a total is no record.
 */
final class RowHandler implements CellSink {
  private static final Bad BELOW_DEAD =
      new Bad("is blank below a row that cannot be read, so its value is not known");

  private final RowSource source;
  private final RowLayout layout;
  private final Header header;
  private final RowCount count;
  private final @Nullable Pattern totals;
  private final TableRules.@Nullable Skip skip;
  private final @Nullable Object[] above;
  private final @Nullable TotalCheck check;
  private final Consumer<DeadLetter> deadLetters;
  private final Consumer<Row> rows;

  private @Nullable Object[] values = {};
  private long line;
  private boolean filled;
  private boolean repeated;
  private int repeats;

  /**
   * The fewest cells of a record before the last one, and those of the last row; 0 if it is none.
   */
  private int fewest = Integer.MAX_VALUE;

  private int last;
  private int cells;
  private boolean tooLong;
  private int lost;
  private boolean lostCheck;
  private @Nullable String deadReason;
  private @Nullable String badColumn;
  private @Nullable Bad bad;

  /** What a total row may say so in: the first cell, and those of required columns. */
  private final StringBuilder marks = new StringBuilder();

  private @Nullable String skipped;

  RowHandler(
      RowSource source, RowLayout layout, Consumer<DeadLetter> deadLetters, Consumer<Row> rows) {
    this.source = source;
    this.layout = layout;
    this.header = source.file().header();
    this.count = source.count();
    this.totals = source.entry().rules().totals();
    this.skip = source.entry().rules().skip();
    this.above = new Object[layout.filledDown().length];
    this.check = layout.checkTarget() < 0 ? null : new TotalCheck(source);
    this.deadLetters = deadLetters;
    this.rows = rows;
  }

  @Override
  public void begin(long line) {
    this.line = line;
    values = layout.start();
    filled = false;
    repeated = true;
    repeats = 0;
    cells = 0;
    tooLong = false;
    lost = 0;
    lostCheck = false;
    deadReason = null;
    bad = null;
    marks.setLength(0);
    skipped = null;
  }

  @Override
  public void text(int index, char[] text, int offset, int end) {
    cells = index + 1;
    int from = offset;
    int to = end;
    while (from < to && Blanks.is(text[from])) {
      from++;
    }
    while (from < to && Blanks.is(text[to - 1])) {
      to--;
    }
    if (from == to) {
      return;
    }
    if (repeated) {
      repeated = header.isName(index, text, from, to);
      repeats++;
    }
    boolean first = !filled;
    filled = true;
    if (index >= layout.width()) {
      tooLong = true;
      return;
    }
    if (totals != null && (first || layout.isMark(index))) {
      marks.append(text, from, to - from).append('\0');
    }
    if (index == layout.skipColumn()) {
      skipped = new String(text, from, to - from);
    }
    List<CellColumn> fields = layout.fieldsOf(index);
    for (int i = 0; i < fields.size(); i++) {
      take(fields.get(i), fields.get(i).read(text, from, to));
    }
  }

  @Override
  public void number(int index, String number, boolean from1904) {
    cells = index + 1;
    repeated = false;
    filled = true;
    if (index >= layout.width()) {
      tooLong = true;
      return;
    }
    if (index == layout.skipColumn()) {
      skipped = number;
    }
    List<CellColumn> fields = layout.fieldsOf(index);
    for (int i = 0; i < fields.size(); i++) {
      take(fields.get(i), fields.get(i).readNumber(number, from1904));
    }
  }

  @Override
  public void bad(int index, String reason) {
    cells = index + 1;
    repeated = false;
    filled = true;
    if (index < layout.width()) {
      for (CellColumn field : layout.fieldsOf(index)) {
        take(field, new Bad(reason));
      }
    }
  }

  @Override
  public void dead(String reason) {
    filled = true;
    repeated = false;
    deadReason = reason;
  }

  private void take(CellColumn field, Object value) {
    if (value == Amount.LOST) {
      lost++;
      lostCheck |= field.target() == layout.checkTarget();
      return;
    }
    values[field.target()] = value;
    if (bad == null && value instanceof Bad reason) {
      badColumn = field.name();
      bad = reason;
    }
  }

  @Override
  public void end() {
    if (!filled || (repeated && repeats == header.named())) {
      return;
    }
    count.rows++;
    fewest = last > 0 ? Math.min(fewest, last) : fewest;
    last = 0;
    if (deadReason != null) {
      unreadable(deadReason);
      return;
    } else if (isTotal()) {
      count.totals++;
      count.skipped++;
      if (check != null) {
        check.total(lostCheck ? Amount.LOST : values[layout.checkTarget()]);
      }
      return;
    } else if (skip != null && skipped != null && skip.matches().matcher(skipped).matches()) {
      count.skipped++;
      return;
    }
    if (check != null) {
      check.row(lostCheck ? Amount.LOST : values[layout.checkTarget()]);
    }
    last = cells;
    fillDown();
    if (tooLong) {
      letter(null, "has " + cells + " cells, but the header has " + layout.width());
    } else if (bad != null) {
      count.shortened += bad.reason().equals(CellReader.IS_SHORTENED) ? 1 : 0;
      letter(badColumn, bad.reason());
    } else {
      count.lostAmounts += lost;
      layout.finish(values);
      rows.accept(new Row(source, line, values));
    }
  }

  @Override
  public void broken(long brokenLine, String reason) {
    line = brokenLine;
    count.rows++;
    unreadable(reason);
  }

  @Override
  public void openEnd() {
    count.isCut = last > 0 && last < fewest && fewest < Integer.MAX_VALUE;
  }

  /** Ends the table. */
  void finish() {
    if (check != null) {
      check.finish();
    }
  }

  /** A row of which nothing is known: not its number, and not what blank cells below it mean. */
  private void unreadable(String reason) {
    if (check != null) {
      check.row(Amount.LOST);
    }
    Arrays.fill(above, BELOW_DEAD);
    letter(null, reason);
  }

  private boolean isTotal() {
    if (totals == null || marks.isEmpty() || !layout.lacksNeeded(values)) {
      return false;
    }
    for (String mark : marks.toString().split("\0", -1)) {
      if (totals.matcher(Blanks.single(mark)).matches()) {
        return true;
      }
    }
    return false;
  }

  private void fillDown() {
    int[] places = layout.filledDown();
    for (int i = 0; i < places.length; i++) {
      int place = places[i];
      if (values[place] != null) {
        above[i] = values[place];
      } else {
        values[place] = above[i];
        if (bad == null && above[i] instanceof Bad reason) {
          badColumn = null;
          bad = reason;
        }
      }
    }
  }

  private void letter(@Nullable String column, String reason) {
    deadLetters.accept(source.deadLetter(line, column, reason));
  }
}
