package org.visitbalance.core;

import static java.util.Objects.requireNonNullElse;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/** A tenant's settings with all defaults applied (rules.md#settings), ready for lookups. */
public final class TenantSettings {
  /** The prefix of the location of a clinic that the tenant's mapping does not know. */
  private static final String UNMAPPED = "UNMAPPED:";

  /** CMS place of service "office", the default of a visit without a code. */
  private static final String OFFICE = "11";

  private static final int DECIMAL = 10;

  private static final List<String> PSEUDO_CODES = List.of("INSOVER", "COPAY");
  private static final List<String> EVALUATION_CODES =
      List.of(
          "97161", "97162", "97163", "97165", "97166", "97167", "92521", "92522", "92523", "92524",
          "97169", "97170", "97171");

  final DayOfWeek weekStartsOn;
  final ZoneId zone;
  final Duration missingAfter;
  final Duration heldWithin;
  final Duration escalateAfter;
  private final @Nullable Duration closeAfter;
  final boolean emrCountsNoCharge;
  final boolean emrCountsEmpty;
  final boolean sendsTransmissions;
  final PayerRules payerRules;
  private final Set<String> pseudoCodes;
  private final Set<String> nonVisitCodes;
  private final Set<String> evaluationCodes;
  private final Map<String, Long> fees;
  private final Map<String, List<LocationRow>> locations;

  /**
   * Reads a document.
   *
   * @throws java.time.DateTimeException if a zone or a duration is invalid
   * @throws IllegalArgumentException if a day of the week is invalid
   */
  public TenantSettings(Settings document) {
    weekStartsOn = DayOfWeek.valueOf(requireNonNullElse(document.getWeekStartsOn(), "MONDAY"));
    zone = ZoneId.of(requireNonNullElse(document.getZone(), "UTC"));
    missingAfter = Duration.parse(requireNonNullElse(document.getMissingAfter(), "PT24H"));
    heldWithin = Duration.parse(requireNonNullElse(document.getHeldWithin(), "P4D"));
    closeAfter = document.getCloseAfter() == null ? null : Duration.parse(document.getCloseAfter());
    escalateAfter = Duration.parse(requireNonNullElse(document.getEscalateAfter(), "P14D"));
    emrCountsNoCharge = requireNonNullElse(document.getEmrCountsNoCharge(), true);
    emrCountsEmpty = requireNonNullElse(document.getEmrCountsEmpty(), false);
    sendsTransmissions = requireNonNullElse(document.getSendsTransmissions(), false);
    pseudoCodes = new HashSet<>(requireNonNullElse(document.getPseudoCodes(), PSEUDO_CODES));
    nonVisitCodes = new HashSet<>(requireNonNullElse(document.getNonVisitCodes(), List.of()));
    evaluationCodes =
        new HashSet<>(requireNonNullElse(document.getEvaluationCodes(), EVALUATION_CODES));
    fees = requireNonNullElse(document.getFees(), Map.<String, Long>of());
    locations = new HashMap<>();
    for (LocationRow row : requireNonNullElse(document.getLocations(), List.<LocationRow>of())) {
      locations.computeIfAbsent(row.getClinicId(), clinic -> new ArrayList<>()).add(row);
    }
    payerRules = new PayerRules(requireNonNullElse(document.getPayerRules(), List.<PayerRule>of()));
  }

  /** Returns how long a charge may take before it counts as missing. */
  public Duration missingAfter() {
    return missingAfter;
  }

  /** Returns the settings of a tenant without a document. */
  public static TenantSettings defaults(String tenant) {
    return new TenantSettings(Settings.newBuilder().setTenant(tenant).build());
  }

  /** Returns the time zone of the tenant's days. */
  public ZoneId zone() {
    return zone;
  }

  /** Returns the first day of the tenant's week. */
  public DayOfWeek weekStartsOn() {
    return weekStartsOn;
  }

  /**
   * Returns how long after its end a day with nothing unexplained is closed automatically; null for
   * never.
   */
  public @Nullable Duration closeAfter() {
    return closeAfter;
  }

  /**
   * Returns the cap of a payer's code in the rules valid on the last day of a month; null for none.
   *
   * @param month yyyy-MM
   */
  public @Nullable Long ruledCap(String payerId, String cpt, String month) {
    int dash = month.lastIndexOf('-');
    YearMonth parsed =
        YearMonth.of(
            Integer.parseInt(month, 0, dash, DECIMAL),
            Integer.parseInt(month, dash + 1, month.length(), DECIMAL));
    return ruledCap(payerId, cpt, parsed.atEndOfMonth());
  }

  /** Returns the cap of a payer's code in the rules valid on a day; null for none. */
  public @Nullable Long ruledCap(String payerId, String cpt, LocalDate day) {
    return payerRules.on(payerId, day).cap(cpt);
  }

  /** Returns whether a location stands for a clinic that the tenant's mapping does not know. */
  public static boolean isUnmapped(String location) {
    return location.startsWith(UNMAPPED);
  }

  boolean isPseudo(String code) {
    return pseudoCodes.contains(code);
  }

  boolean isNonVisit(String code) {
    return nonVisitCodes.contains(code);
  }

  boolean isEvaluation(String code) {
    return evaluationCodes.contains(code);
  }

  /** Returns what a unit of a code costs, in cents; null if the settings do not say. */
  @Nullable Long fee(String code) {
    return fees.get(code);
  }

  /** Returns the location of a visit or note (rules.md#counts). */
  String location(String clinicId, @Nullable String posCode, LocalDate dateOfService) {
    if (locations.isEmpty()) {
      return clinicId;
    }
    String code = posCode == null ? OFFICE : posCode;
    List<LocationRow> rows = locations.getOrDefault(clinicId, List.of());
    String ofClinic = null;
    for (LocationRow row : rows) {
      if (isWithin(row.getFrom(), dateOfService, row.getUntil())) {
        if (code.equals(row.getPosCode())) {
          return row.getLocationId();
        }
        if (row.getPosCode() == null && ofClinic == null) {
          ofClinic = row.getLocationId();
        }
      }
    }
    return ofClinic != null ? ofClinic : UNMAPPED + clinicId + ":" + code;
  }

  /** Returns whether a date lies between two days, both inclusive; null means no bound. */
  static boolean isWithin(@Nullable LocalDate from, LocalDate date, @Nullable LocalDate until) {
    return (from == null || !date.isBefore(from)) && (until == null || !date.isAfter(until));
  }
}
