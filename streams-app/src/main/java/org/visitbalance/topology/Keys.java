package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.Facts;
import org.visitbalance.output.Balance;

/**
 * The keys of records: readable parts joined by {@code |}; {@code |} and {@code %} within a part
 * are percent-encoded (contract.md#keys).
 */
public final class Keys {
  private Keys() {}

  /** Returns the key made of some parts, in their text form. */
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

  /** Returns the key of a fact: its tenant and patient; for a feed, its tenant and source. */
  public static String ofFact(SpecificRecord fact) {
    return of(Facts.tenant(fact), Facts.keyPart(fact));
  }

  /** Returns the key of a balance, and of everything about its period. */
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

  /** Returns the parts of a key made by {@link #of}. */
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
