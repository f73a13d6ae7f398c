package org.visitbalance.ingest;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What the cells of a column look like. */
public enum ColumnLook {
  EMPTY,
  DATE,
  DATE_AND_TIME,
  YES_NO,
  CODE,
  NUMBER,
  AMOUNT,
  ID,
  TEXT;

  private static final double MOST = 0.9;
  private static final int MOST_WORDS = 12;
  private static final int LONGEST_WORD = 30;
  private static final Set<String> TRUTHS = Set.of("yes", "no", "y", "n", "true", "false");
  private static final Pattern CPT = Pattern.compile("9[0-9]{4}|[A-Z][0-9]{4}|[0-9]{4}[A-Z]");
  private static final Pattern SMALL = Pattern.compile("[0-9]{1,4}([.]0+)?");
  private static final Pattern MONEY =
      Pattern.compile("[(]?-?\\$?[0-9,]*[.][0-9]{2}[)]?|\\$[0-9,.]+");
  private static final Pattern WORD = Pattern.compile("[\\p{L} /_&()-]*[0-9]{0,2}");

  /** Days of a workbook from 1980 to 2079. */
  private static final Pattern SERIAL =
      Pattern.compile("(29[3-9]|[3-5][0-9]{2}|6[0-5][0-9])[0-9]{2}");

  /** Returns what some cells that are not blank look like. */
  static ColumnLook of(List<String> cells, boolean isWorkbook) {
    MomentReader moments = new MomentReader(ZoneOffset.UTC, null, true, null);
    if (cells.isEmpty()) {
      return EMPTY;
    } else if (most(cells, cell -> TRUTHS.contains(cell.toLowerCase(Locale.ROOT)))) {
      return YES_NO;
    } else if (most(cells, cell -> moments.date(cell.toCharArray(), 0, cell.length()) != null)) {
      return cells.stream().anyMatch(cell -> cell.indexOf(':') >= 0) ? DATE_AND_TIME : DATE;
    } else if (isWorkbook && most(cells, cell -> SERIAL.matcher(whole(cell)).matches())) {
      return cells.stream().anyMatch(cell -> !whole(cell).equals(cell)) ? DATE_AND_TIME : DATE;
    } else if (most(cells, cell -> CPT.matcher(cell).matches())) {
      return CODE;
    } else if (most(cells, cell -> SMALL.matcher(cell).matches())) {
      return NUMBER;
    } else if (most(cells, cell -> MONEY.matcher(cell).matches())) {
      return AMOUNT;
    }
    return most(cells, ColumnLook::isId) ? ID : TEXT;
  }

  private static String whole(String cell) {
    return cell.replaceFirst("[.][0-9]+$", "");
  }

  private static boolean isId(String cell) {
    return cell.indexOf(' ') < 0 && cell.chars().anyMatch(Character::isDigit);
  }

  private static boolean most(List<String> cells, Predicate<String> is) {
    return cells.stream().filter(is).count() >= cells.size() * MOST;
  }

  /** Returns whether such cells can give a field. */
  boolean suits(Field field) {
    if (this == EMPTY) {
      return true;
    }
    boolean isMoment = this == DATE || this == DATE_AND_TIME;
    return switch (field.type()) {
      case DATE, INSTANT -> isMoment;
      case WHOLE, POS_CODE -> this == NUMBER;
      case MONEY -> this == AMOUNT || this == NUMBER;
      case TRUTH -> this == YES_NO || this == NUMBER;
      case SYMBOL -> !isMoment && this != AMOUNT && this != CODE;
      case MODIFIERS -> this == TEXT || this == ID || this == NUMBER;
      case TEXT ->
          field == Field.CPT
              ? this == CODE
              : !isMoment && this != AMOUNT && this != YES_NO && this != CODE;
    };
  }

  /**
   * Returns the words of a column that has few, for a field that means one of some symbols. A
   * column whose name or cells could say who somebody is has none.
   */
  static List<String> words(String column, List<String> cells) {
    Set<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    words.addAll(cells);
    boolean isHarmless =
        !ColumnWords.isPersonal(column)
            && words.size() <= MOST_WORDS
            && words.stream()
                .allMatch(one -> one.length() <= LONGEST_WORD && WORD.matcher(one).matches());
    return isHarmless ? List.copyOf(words) : List.of();
  }
}
