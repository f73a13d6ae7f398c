package org.visitbalance.naive;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/** Section 10: a tenant's document with the defaults filled in, and what follows from it alone. */
record TenantSettings(
    DayOfWeek weekStartsOn,
    ZoneId zone,
    Duration missingAfter,
    Duration heldWithin,
    Duration escalateAfter,
    boolean emrCountsNoCharge,
    boolean emrCountsEmpty,
    boolean sendsTransmissions,
    Set<String> pseudoCodes,
    Set<String> nonVisitCodes,
    Set<String> evaluationCodes,
    List<LocationRow> locations,
    List<PayerRule> payerRules,
    Map<String, Long> fees) {

  private static final List<String> EVALUATIONS =
      List.of(
          "97161", "97162", "97163", "97165", "97166", "97167", "92521", "92522", "92523", "92524",
          "97169", "97170", "97171");

  static final String UNMAPPED = "UNMAPPED:";

  static TenantSettings of(Settings given) {
    return new TenantSettings(
        DayOfWeek.valueOf(or(given.getWeekStartsOn(), "MONDAY")),
        ZoneId.of(or(given.getZone(), "UTC")),
        Duration.parse(or(given.getMissingAfter(), "PT24H")),
        Duration.parse(or(given.getHeldWithin(), "P4D")),
        Duration.parse(or(given.getEscalateAfter(), "P14D")),
        or(given.getEmrCountsNoCharge(), true),
        or(given.getEmrCountsEmpty(), false),
        or(given.getSendsTransmissions(), false),
        Set.copyOf(or(given.getPseudoCodes(), List.of("INSOVER", "COPAY"))),
        Set.copyOf(or(given.getNonVisitCodes(), List.of())),
        Set.copyOf(or(given.getEvaluationCodes(), EVALUATIONS)),
        or(given.getLocations(), List.of()),
        or(given.getPayerRules(), List.of()),
        or(given.getFees(), Map.of()));
  }

  static TenantSettings defaults(String tenant) {
    return of(Settings.newBuilder().setTenant(tenant).build());
  }

  /** Section 5: where a visit or a note takes place, in billing's words. */
  String location(String clinicId, String posCodeOrNull, LocalDate dateOfService) {
    String posCode = or(posCodeOrNull, "11");
    if (locations.isEmpty()) {
      return clinicId;
    }
    List<LocationRow> rows =
        locations.stream()
            .filter(row -> row.getClinicId().equals(clinicId))
            .filter(row -> valid(row.getFrom(), row.getUntil(), dateOfService))
            .toList();
    Optional<LocationRow> exact =
        rows.stream().filter(row -> posCode.equals(row.getPosCode())).findFirst();
    Optional<LocationRow> ofClinic =
        rows.stream().filter(row -> row.getPosCode() == null).findFirst();
    return exact
        .or(() -> ofClinic)
        .map(LocationRow::getLocationId)
        .orElse(UNMAPPED + clinicId + ":" + posCode);
  }

  /** Section 7: the rules that judge a payer on a date; a null payer is a visit without one. */
  PayerLimits limits(String payerId, LocalDate date) {
    List<PayerRule> valid =
        payerRules.stream().filter(rule -> valid(rule.getFrom(), rule.getUntil(), date)).toList();
    List<PayerRule> own = valid.stream().filter(rule -> rule.getPayerId().equals(payerId)).toList();
    List<PayerRule> forAll = valid.stream().filter(rule -> rule.getPayerId().equals("*")).toList();
    return PayerLimits.merged(own.isEmpty() ? forAll : own);
  }

  /** Section 12: the last day to file, by the payer's own rows or, if none says one, by all's. */
  Optional<LocalDate> fileBy(String payerId, LocalDate dateOfService) {
    for (String payer : Arrays.asList(payerId, "*")) {
      Optional<java.time.Period> limit =
          payerRules.stream()
              .filter(rule -> rule.getPayerId().equals(payer))
              .filter(rule -> rule.getTimelyFiling() != null)
              .filter(rule -> valid(rule.getFrom(), rule.getUntil(), dateOfService))
              .map(rule -> java.time.Period.parse(rule.getTimelyFiling()))
              .min(Comparator.comparing(java.time.Period::getDays));
      if (limit.isPresent()) {
        return limit.map(dateOfService::plus);
      }
    }
    return Optional.empty();
  }

  private static boolean valid(LocalDate from, LocalDate until, LocalDate date) {
    return (from == null || !date.isBefore(from)) && (until == null || !date.isAfter(until));
  }

  private static <T> T or(T given, T fallback) {
    return given == null ? fallback : given;
  }
}
