package org.visitbalance.ingest;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.visitbalance.core.FactProblems;

/**
 * Amounts of money as exports write them: 1998.5, 1,998.50, $1,998.50. Money decides no count, so
 * one that cannot be used makes no row unusable: it is as if it were not there.
 */
final class Amount {
  /** Stands for an amount that cannot be used. */
  static final Object LOST = new Object();

  private static final Pattern FORM =
      Pattern.compile("\\$? ?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\\.([0-9]{0,2})0*)?");

  /** More than any amount may have; what is longer is not tried. */
  private static final int MOST_DIGITS = 12;

  private Amount() {}

  /** Returns the cents of a text, or LOST for one that is no amount from 0 on. */
  static Object parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return LOST;
    }
    String dollars = matcher.group(1) == null ? "" : matcher.group(1).replace(",", "");
    String cents = matcher.group(2) == null ? "" : matcher.group(2);
    if (dollars.length() + cents.length() == 0 || dollars.length() > MOST_DIGITS) {
      return LOST;
    }
    long amount =
        Long.parseLong("0" + dollars) * 100 + Long.parseLong((cents + "00").substring(0, 2));
    return amount > FactProblems.MOST_CENTS ? LOST : (Object) amount;
  }
}
