package org.visitbalance.table;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.Temporal;
import org.jspecify.annotations.Nullable;
import org.visitbalance.text.Words;

/** What the cells of a column hold, and how people read it. */
public enum CellType {
  TEXT(14),
  /** A token, or the name that stands for it. */
  TOKEN(29),
  /** A reason, a state, or a kind. */
  REASON(34),
  /** Any other symbol. */
  SYMBOL(16),
  /** Why something was accepted. */
  BECAUSE(24),
  /** The rules that explain units. */
  RULES(24),
  /** EMR or BILLING. */
  SOURCE(10),
  /** The figures of a period in one line. */
  FIGURES(60),
  /** A sentence. */
  SENTENCE(70),
  WHOLE(10),
  /** Cents. */
  MONEY(12),
  DAY(12),
  MOMENT(18),
  TRUTH(10);

  private final int width;

  CellType(int width) {
    this.width = width;
  }

  /** Returns how many characters a column of this type has at least. */
  int width() {
    return width;
  }

  /**
   * Returns a value as a text, number, truth, day or moment that people read; null is an empty
   * cell.
   *
   * @param value a value of a record, or the same as JSON has it
   */
  @Nullable Object shown(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    String text = value.toString();
    return switch (this) {
      case TEXT, TOKEN, SENTENCE -> text;
      case REASON -> Words.ofAny(text);
      case SYMBOL -> Words.labelOf(text);
      case BECAUSE -> Words.because(text);
      case RULES -> Words.rules(text);
      case SOURCE -> text.equals("EMR") ? text : Words.labelOf(text);
      case FIGURES -> Words.inWords(text);
      case WHOLE, MONEY -> value instanceof Number ? value : Long.valueOf(text);
      case DAY -> value instanceof LocalDate ? value : LocalDate.parse(text);
      case MOMENT -> value instanceof Temporal ? value : Instant.parse(text);
      case TRUTH -> Boolean.parseBoolean(text) ? "Yes" : "No";
    };
  }
}
