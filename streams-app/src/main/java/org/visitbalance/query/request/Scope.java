package org.visitbalance.query.request;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Caller;

/**
 * The rows that a caller may see, of tables whose rows belong to locations. Queries write such a
 * table as <code>{balance}</code> or, with an alias, <code>{balance b}</code>, and {@link Sql} puts
 * the caller's rows in its place. <code>{*visit v}</code> is the whole table, for what is not
 * shown. A long list whose order an index serves names the whole table, and <code>{?visit v}</code>
 * as a condition: a database takes no order from a query within a query.
 */
public final class Scope {
  /** All rows. */
  public static final Scope ALL = new Scope(null);

  private static final String OWN = "location in (%s)";

  /** What has no location is a figure of the whole company, or the ids of a visit or note. */
  private static final Map<String, String> OWN_ROWS =
      Map.ofEntries(
          Map.entry("balance", OWN),
          Map.entry("item", OWN),
          Map.entry("visit", OWN),
          Map.entry("late_arrival", OWN),
          Map.entry("unit_variance", OWN),
          Map.entry("discrepancy", OWN),
          Map.entry("open_amount", OWN),
          Map.entry("visit_sum", OWN),
          Map.entry("discrepancy_sum", OWN),
          Map.entry("period_close", OWN),
          Map.entry("annotation", OWN),
          Map.entry(
              "balance_provider",
              "record_key in (select record_key from balance where location in (%s))"),
          Map.entry(
              "visit_ids",
              "exists (select 1 from visit where visit.tenant = visit_ids.tenant"
                  + " and visit.visit = visit_ids.visit and visit.location in (%s))"
                  + " or exists (select 1 from item where item.tenant = visit_ids.tenant"
                  + " and item.visit = visit_ids.visit and item.list_name = 'OPEN_NOTE'"
                  + " and item.location in (%s))"),
          Map.entry(
              "visit_charge",
              "exists (select 1 from visit where visit.tenant = visit_charge.tenant"
                  + " and visit.visit = visit_charge.visit and visit.location in (%s))"),
          Map.entry("cap_proposal", "1 = 0"),
          // A common cause says how many visits the whole company has.
          Map.entry("insight", "location in (%s) and kind <> 'COMMON_CAUSE'"),
          Map.entry("balance_sum", "1 = 0"));

  /** A table that is written without braces would be seen by everybody. */
  private static final Pattern BARE =
      Pattern.compile(
          "\\b(?:from|join)\\s+(?:balance|item|visit|late_arrival|unit_variance|discrepancy"
              + "|open_amount|visit_sum|discrepancy_sum|balance_sum"
              + "|period_close|annotation|balance_provider|cap_proposal|insight|visit_charge)\\b");

  private final @Nullable List<String> locations;

  private Scope(@Nullable List<String> locations) {
    this.locations = locations;
  }

  static Scope of(Caller caller) {
    Set<String> some = caller.locations();
    return some == null ? ALL : new Scope(some.stream().sorted().toList());
  }

  /** Returns whether the caller may not see all locations. */
  public boolean isLimited() {
    return locations != null;
  }

  /** Returns whether the caller may see a location. */
  public boolean sees(@Nullable Object location) {
    return locations == null || locations.contains(String.valueOf(location));
  }

  /** Rejects a piece of a query that names a table without braces. */
  static void check(String piece) {
    if (BARE.matcher(piece).find()) {
      throw new IllegalStateException("a query names a table without braces: " + piece);
    }
  }

  /**
   * Goes on with a table.
   *
   * @param reference what the braces hold
   * @param values receives the values of the question marks
   */
  void table(String reference, StringBuilder text, List<Object> values) {
    boolean isWhole = reference.startsWith("*");
    boolean isCondition = reference.startsWith("?");
    String[] parts = (isWhole || isCondition ? reference.substring(1) : reference).split(" ", 2);
    String name = parts[0];
    String alias = parts.length > 1 ? parts[1] : name;
    String own = OWN_ROWS.get(name);
    if (own == null) {
      throw new IllegalStateException("a query names an unknown table: " + name);
    } else if (isCondition) {
      condition(alias, own, text, values);
      return;
    } else if (locations == null || isWhole) {
      text.append(name).append(alias.equals(name) ? "" : " " + alias);
      return;
    }
    String marks = marks(locations);
    text.append("(select * from ")
        .append(name)
        .append(" where ")
        .append(own.replace("%s", marks))
        .append(") ")
        .append(alias);
    for (int at = own.indexOf("%s"); at >= 0; at = own.indexOf("%s", at + 1)) {
      values.addAll(locations);
    }
  }

  /** Goes on with the condition that a row of a table with a location is one of the caller's. */
  private void condition(String alias, String own, StringBuilder text, List<Object> values) {
    if (!own.equals(OWN)) {
      throw new IllegalStateException("a query narrows a table without locations: " + alias);
    } else if (locations == null) {
      text.append("1 = 1");
      return;
    }
    text.append(alias).append('.').append(own.replace("%s", marks(locations)));
    values.addAll(locations);
  }

  private static String marks(List<String> some) {
    return String.join(", ", Collections.nCopies(some.size(), "?"));
  }
}
