package org.visitbalance.query.model;

/** The names of visits within their patient (contract.md#files). */
public final class VisitNames {
  private static final String BILLING_ONLY = "billing:";

  private VisitNames() {}

  /**
   * Returns the id that the facts of a visit carry: the name itself, or what stands between the
   * prefix and the date in the name of a billing-only visit.
   */
  public static String id(String name) {
    int at = name.lastIndexOf('@');
    return name.startsWith(BILLING_ONLY) && at > 0
        ? name.substring(BILLING_ONLY.length(), at)
        : name;
  }
}
