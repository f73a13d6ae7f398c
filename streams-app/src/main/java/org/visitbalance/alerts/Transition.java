package org.visitbalance.alerts;

import java.util.Locale;

/** What a message tells of a matter. */
enum Transition {
  OPENED,
  CHANGED,
  RESOLVED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
