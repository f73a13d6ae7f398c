package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.Facts;
import org.visitbalance.output.Balance;

/**
 * The keys of records: parts joined by {@code |}, readable; {@code |} and {@code %} inside of a
 * part are percent-encoded (contract.md#keys).
 */
public final class Keys {
  private Keys() {}

  /** The key of some parts, each by its text. */
  public static String of(Object... parts) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        key.append('|');
      }
      append(key, parts[i].toString());
    }
    return key.toString();
  }

  /** The key of a fact: its tenant and its patient; of a feed, its tenant and its source. */
  public static String ofFact(SpecificRecord fact) {
    return of(Facts.tenant(fact), Facts.keyPart(fact));
  }

  /** The key of a balance, and of all that is about its period. */
  public static String ofPeriod(Balance balance) {
    return of(
        balance.getTenant(), balance.getLocation(), balance.getGranularity(), balance.getFrom());
  }

  private static void append(StringBuilder key, String part) {
    if (part.indexOf('|') < 0 && part.indexOf('%') < 0) {
      key.append(part);
      return;
    }
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '|') {
        key.append("%7C");
      } else if (c == '%') {
        key.append("%25");
      } else {
        key.append(c);
      }
    }
  }

  /** The parts of a key that {@link #of} made. */
  public static List<String> parts(String key) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int bar = key.indexOf('|'); bar >= 0; bar = key.indexOf('|', from)) {
      parts.add(decoded(key.substring(from, bar)));
      from = bar + 1;
    }
    parts.add(decoded(key.substring(from)));
    return parts;
  }

  private static String decoded(String part) {
    return part.indexOf('%') < 0 ? part : part.replace("%7C", "|").replace("%25", "%");
  }
}
