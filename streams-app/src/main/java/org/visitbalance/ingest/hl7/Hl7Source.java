package org.visitbalance.ingest.hl7;

import org.jspecify.annotations.Nullable;

/** The system whose side of the balance a sender's financial transactions are. */
public enum Hl7Source {
  EMR,
  BILLING;

  /** Returns the source of a name, or null. */
  public static @Nullable Hl7Source named(String name) {
    return name.equals("EMR") ? EMR : name.equals("BILLING") ? BILLING : null;
  }
}
