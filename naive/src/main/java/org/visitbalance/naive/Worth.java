package org.visitbalance.naive;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.visitbalance.naive.Units.CodeUnits;

/** What a discrepancy of a visit is worth in cents, and the last day to file a claim. */
final class Worth {
  /** What a line or a charge says; cents are absent where nobody knows. */
  private record Part(String code, long units, Optional<BigDecimal> cents) {}

  private static final Set<String> UNBILLED =
      Set.of(
          "HELD",
          "TRANSMISSION_FAILED",
          "TRANSMISSION_STUCK",
          "NOT_SENT",
          "CHARGES_REMOVED",
          "LOST_AFTER_ACCEPTANCE",
          "MISSING_CHARGE");

  private static final Set<String> OF_THE_DAY =
      Set.of(
          "KEYED_IN_BILLING",
          "UNEXPECTED_CHARGE",
          "RETRACTED_IN_EMR",
          "CHARGED_BEFORE_FINALIZED",
          "BILLED_THOUGH_NOT_COUNTED");

  private final Subject subject;
  private final TenantSettings settings;

  Worth(Subject subject) {
    this.subject = subject;
    this.settings = subject.settings;
  }

  Optional<LocalDate> fileBy(String kind) {
    return UNBILLED.contains(kind)
        ? settings.fileBy(subject.payerId(), subject.dateOfService())
        : Optional.empty();
  }

  Long cents(String kind, String location, LocalDate date) {
    return amount(kind, location, date).map(BigDecimal::longValueExact).orElse(null);
  }

  private Optional<BigDecimal> amount(String kind, String location, LocalDate date) {
    if (UNBILLED.contains(kind)) {
      return sum(documented().filter(part -> isAskedFor(part.code())).map(Part::cents));
    }
    if (OF_THE_DAY.contains(kind)) {
      return sum(
          billed(chain -> chain.location().equals(location) && chain.createdOn().equals(date))
              .map(Part::cents));
    }
    return switch (kind) {
      case "BILLED_THOUGH_SUPPRESSED" -> sum(billed(chain -> true).map(Part::cents));
      case "DUPLICATE_BILLING" ->
          sum(
              subject.billed().entrySet().stream()
                  .filter(code -> !settings.nonVisitCodes().contains(code.getKey()))
                  .filter(code -> beyond(code) > 0)
                  .map(code -> some(code.getKey(), beyond(code), billed(chain -> true).toList())));
      case "UNITS_ADDED" ->
          sum(
              unexplained(code -> code.added() > 0)
                  .map(
                      code ->
                          some(code.cpt(), code.unexplained(), billed(chain -> true).toList())));
      case "SCRUBBED_UNEXPLAINED" ->
          sum(
              unexplained(code -> code.scrubbed() > 0)
                  .map(code -> some(code.cpt(), code.unexplained(), documented().toList())));
      default -> Optional.empty();
    };
  }

  private long beyond(Map.Entry<String, Long> billed) {
    return billed.getValue() - subject.documented().getOrDefault(billed.getKey(), 0L);
  }

  private Stream<CodeUnits> unexplained(Predicate<CodeUnits> which) {
    return Units.codes(subject).stream().filter(which).filter(code -> code.unexplained() > 0);
  }

  private boolean isAskedFor(String code) {
    return !settings.pseudoCodes().contains(code)
        && !settings.nonVisitCodes().contains(code)
        && !subject.limits().leavesNothingOf(code);
  }

  /** What so many units of a code cost if all of those that there are cost what they do. */
  private static Optional<BigDecimal> some(String code, long units, List<Part> parts) {
    List<Part> own =
        parts.stream().filter(part -> part.code().equals(code) && part.units() > 0).toList();
    long all = own.stream().mapToLong(Part::units).sum();
    return sum(own.stream().map(Part::cents))
        .map(
            cents ->
                cents
                    .multiply(BigDecimal.valueOf(units))
                    .divide(BigDecimal.valueOf(all), 0, RoundingMode.DOWN));
  }

  private static Optional<BigDecimal> sum(Stream<Optional<BigDecimal>> parts) {
    return parts.reduce(
        Optional.of(BigDecimal.ZERO), (one, other) -> one.flatMap(a -> other.map(a::add)));
  }

  private Stream<Part> documented() {
    return subject.visit.getLines().stream()
        .map(
            line ->
                Documentation.isNorcm(line.getCpt())
                    ? new Part(line.getCpt(), 0, Optional.of(BigDecimal.ZERO))
                    : part(line.getCpt(), line.getUnits(), line.getAmountCents()));
  }

  private Stream<Part> billed(Predicate<Chain> which) {
    return subject.chains.stream()
        .filter(Chain::isLive)
        .filter(which)
        .map(chain -> part(chain.code(), chain.units(), chain.line().getAmountCents()));
  }

  private Part part(String code, long units, Long amountOrNull) {
    Optional<BigDecimal> amount = Optional.ofNullable(amountOrNull).map(BigDecimal::valueOf);
    Optional<BigDecimal> byFee =
        units == 0
            ? Optional.of(BigDecimal.ZERO)
            : Optional.ofNullable(settings.fees().get(code))
                .map(BigDecimal::valueOf)
                .map(fee -> fee.multiply(BigDecimal.valueOf(units)));
    return new Part(code, units, amount.or(() -> byFee));
  }
}
