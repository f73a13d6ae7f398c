package org.visitbalance.ingest;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * Converts a cell's text (trimmed, not blank) to a field's value, or to a {@link Bad} that says
 * what was expected. Not thread-safe.
 */
final class CellReader {
  private static final String ANY = "*";

  private final CellType type;
  private final Map<String, String> values = new HashMap<>();
  private final @Nullable String otherwise;
  private final Map<String, Enum<?>> symbols;
  private final String wanted;
  private final MomentReader moments;

  private CellReader(ColumnSpec spec, RowKind kind, ZoneId zone) {
    type = spec.field().type();
    spec.values().forEach((text, target) -> values.put(folded(text), target));
    otherwise = values.remove(ANY);
    symbols = kind.symbols(spec.field());
    moments = new MomentReader(zone, spec.format());
    wanted = wanted(spec);
  }

  static CellReader of(ColumnSpec spec, RowKind kind, ZoneId zone) {
    return new CellReader(spec, kind, zone);
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
      case TEXT -> Texts.oneLine(text);
      case POS_CODE -> Texts.posCode(Texts.oneLine(text));
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

  private static List<String> modifiers(String text) {
    List<String> modifiers = new ArrayList<>(4);
    StringTokenizer parts = new StringTokenizer(text, " ,\t\r\n\u00a0");
    while (parts.hasMoreTokens()) {
      modifiers.add(parts.nextToken());
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
