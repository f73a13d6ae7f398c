package org.visitbalance.ingest;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts a cell's text (trimmed, not blank) to a field's value, or to a {@link Bad} that says
 * what was expected. Not thread-safe.
 */
final class CellReader {
  private static final String ANY = "*";

  /** An id as a spreadsheet shows it that took it for a number: 1.23457E+11. */
  private static final Pattern SHORTENED = Pattern.compile("[0-9]+([.,][0-9]+)?[Ee]\\+[0-9]+");

  static final String IS_SHORTENED = "has been shortened by a spreadsheet; export it as text";

  /** A spreadsheet keeps 15 digits of a number; those after them are made up. */
  private static final int DIGITS_KEPT = 15;

  private static final MathContext KEPT = new MathContext(DIGITS_KEPT);

  /** What a spreadsheet shows instead of a value. */
  private static final Set<String> ERRORS =
      Set.of("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!");

  private static final Bad NO_DATE = new Bad("is no date");
  private static final Bad IS_ERROR = new Bad("is an error of a spreadsheet");

  private final CellType type;
  private final Map<String, String> values = new HashMap<>();
  private final @Nullable String otherwise;
  private final Map<String, Enum<?>> symbols;
  private final String wanted;
  private final MomentReader moments;

  /** Whether it reads dates or times in their common forms only, none of which is a number. */
  private final boolean isPlainMoment;

  private CellReader(ColumnSpec spec, RowKind kind, ZoneId zone, @Nullable Instant asOf) {
    type = spec.field().type();
    spec.values().forEach((text, target) -> values.put(folded(text), target));
    otherwise = values.remove(ANY);
    symbols = kind.symbols(spec.field());
    isPlainMoment =
        spec.format() == null
            && values.isEmpty()
            && otherwise == null
            && (type == CellType.DATE || type == CellType.INSTANT);
    moments = new MomentReader(zone, spec.format(), spec.midnightIsTime(), asOf);
    wanted = wanted(spec);
  }

  /**
   * @param asOf the moment as of which a run judges, or null
   */
  static CellReader of(ColumnSpec spec, RowKind kind, ZoneId zone, @Nullable Instant asOf) {
    return new CellReader(spec, kind, zone, asOf);
  }

  /** Reads a number of a workbook. */
  Object number(String number, char[] letters, boolean from1904) {
    if (isShortWhole(letters)) {
      Object read = isPlainMoment ? NO_DATE : read(letters, 0, letters.length);
      return read instanceof Bad ? date(Double.parseDouble(number), from1904, read) : read;
    }
    BigDecimal value;
    try {
      value = new BigDecimal(number);
    } catch (NumberFormatException e) {
      return read(letters, 0, letters.length);
    }
    if (type == CellType.TEXT && value.precision() - value.scale() > DIGITS_KEPT) {
      return new Bad(IS_SHORTENED);
    }
    // What follows the 15th digit is what arithmetic left there: 134.97000000000003.
    BigDecimal kept = value.round(KEPT).stripTrailingZeros();
    String plain = (kept.scale() < 0 ? kept.setScale(0) : kept).toPlainString();
    Object read = isPlainMoment ? NO_DATE : read(plain.toCharArray(), 0, plain.length());
    return read instanceof Bad ? date(value.doubleValue(), from1904, read) : read;
  }

  private static boolean isShortWhole(char[] letters) {
    if (letters.length == 0 || letters.length > DIGITS_KEPT) {
      return false;
    }
    for (char letter : letters) {
      if (letter < '0' || letter > '9') {
        return false;
      }
    }
    return letters[0] != '0' || letters.length == 1;
  }

  /** Returns the date or time of a number, if that is wanted; otherwise what it is without that. */
  private Object date(double serial, boolean from1904, Object otherwise) {
    return switch (type) {
      case DATE -> orBad(moments.date(serial, from1904));
      case INSTANT -> orBad(moments.instant(serial, from1904));
      default -> otherwise;
    };
  }

  /** Reads a cell: first looks its text up in the mapping's values, then converts it. */
  Object read(char[] cells, int from, int to) {
    boolean plain = values.isEmpty() && otherwise == null;
    if (plain && type == CellType.INSTANT) {
      return orBad(moments.instant(cells, from, to));
    } else if (plain && type == CellType.DATE) {
      return orBad(moments.date(cells, from, to));
    }
    String cell = new String(cells, from, to - from);
    return plain ? convert(cell) : translate(cell);
  }

  private Object translate(String cell) {
    String target = values.get(folded(cell));
    if (target != null) {
      return convert(target);
    }
    if (otherwise != null && (type != CellType.SYMBOL || !symbols.containsKey(symbolName(cell)))) {
      return convert(otherwise);
    }
    return convert(cell);
  }

  /** Converts a text that needs no lookup: a constant, a default, or the result of a lookup. */
  Object convert(String text) {
    return switch (type) {
      case TEXT -> text(text);
      case POS_CODE -> isError(text) ? IS_ERROR : Texts.posCode(Texts.oneLine(text));
      case DATE -> orBad(moments.date(text.toCharArray(), 0, text.length()));
      case INSTANT -> orBad(moments.instant(text.toCharArray(), 0, text.length()));
      case WHOLE -> {
        int number = WholeNumber.parse(text);
        yield number < 0 ? new Bad(wanted) : (Object) number;
      }
      case MONEY -> Amount.parse(text);
      case TRUTH ->
          switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "y", "1" -> true;
            case "false", "no", "n", "0" -> false;
            default -> new Bad(wanted);
          };
      case SYMBOL -> orBad(symbols.get(symbolName(text)));
      case MODIFIERS -> modifiers(text);
    };
  }

  /** Returns whether a text is what a spreadsheet shows instead of a value. */
  static boolean isError(String text) {
    return text.charAt(0) == '#' && ERRORS.contains(text.toUpperCase(Locale.ROOT));
  }

  private static Object text(String text) {
    char last = text.charAt(text.length() - 1);
    if (last >= '0' && last <= '9' && SHORTENED.matcher(text).matches()) {
      return new Bad(IS_SHORTENED);
    } else if (isError(text)) {
      return IS_ERROR;
    }
    return Texts.oneLine(text);
  }

  private Object orBad(@Nullable Object value) {
    return value == null ? new Bad(wanted) : value;
  }

  private String wanted(ColumnSpec spec) {
    return switch (type) {
      case TEXT, POS_CODE, MODIFIERS -> "is not text";
      case DATE ->
          spec.format() == null
              ? "is not a date such as 2026-11-04 or 11/4/2026"
              : "is not a date in the format " + spec.format();
      case INSTANT ->
          spec.format() == null
              ? "is not a date or a date and time such as 2026-11-04 17:05 or 11/4/2026 5:05 PM"
              : "is not a date and time in the format " + spec.format();
      case WHOLE -> "is not a whole number >= 0";
      case MONEY -> "is not an amount of money";
      case TRUTH -> "is not true or false";
      case SYMBOL -> "is not one of " + String.join(", ", allowed(spec));
    };
  }

  private List<String> allowed(ColumnSpec spec) {
    List<String> allowed = new ArrayList<>(spec.values().keySet());
    return allowed.isEmpty() ? List.copyOf(symbols.keySet()) : allowed;
  }

  private static Object modifiers(String text) {
    List<String> modifiers = new ArrayList<>(4);
    StringTokenizer parts = new StringTokenizer(text, " ,\t\r\n\u00a0");
    while (parts.hasMoreTokens()) {
      String modifier = parts.nextToken();
      if (isError(modifier)) {
        return IS_ERROR;
      }
      modifiers.add(modifier);
    }
    return List.copyOf(modifiers);
  }

  private static String folded(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static String symbolName(String text) {
    return text.strip().toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
  }
}
