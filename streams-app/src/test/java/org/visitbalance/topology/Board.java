package org.visitbalance.topology;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Tokens;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.VisitSummary;

/** What stands on the output topics, in the words of a story. */
final class Board {
  private final OutputTables tables;

  private Board(OutputTables tables) {
    this.tables = tables;
  }

  static Board of(Service service) {
    return new Board(service.tables());
  }

  static Board of(OutputTables tables) {
    return new Board(tables);
  }

  static String token(String visitId) {
    return token(Given.PATIENT, visitId);
  }

  static String token(String patientKey, String visitId) {
    return new Tokens(Service.TOKEN_KEY).visit(Given.TENANT, patientKey, visitId);
  }

  /** The state of a visit of P1; null where nothing is said of it. */
  @Nullable String state(String visitId) {
    return visits().stream()
        .filter(line -> line.getVisit().equals(token(visitId)))
        .map(VisitSummary::getState)
        .findFirst()
        .orElse(null);
  }

  List<VisitSummary> visits() {
    return List.copyOf(tables.values(Topics.VISIT_SUMMARIES));
  }

  /** The balance of a day; null where there is none. */
  @Nullable Balance day(String location, String date) {
    return balance(location, Granularity.DAY, date);
  }

  @Nullable Balance balance(String location, Granularity granularity, String from) {
    return tables.values(Topics.BALANCES).stream()
        .filter(one -> one.getLocation().equals(location))
        .filter(one -> one.getGranularity() == granularity)
        .filter(one -> one.getFrom().toString().equals(from))
        .findFirst()
        .orElse(null);
  }

  /** A day in three words: EMR visits, billing visits, verdict. */
  String dayLine(String location, String date) {
    return line(day(location, date));
  }

  static String line(@Nullable Balance balance) {
    return balance == null
        ? "none"
        : balance.getReported().getEmrVisits()
            + " "
            + balance.getReported().getBillingVisits()
            + " "
            + balance.getVerdict();
  }

  /** The periods of a length that have a balance: location and first day. */
  List<String> periods(Granularity granularity) {
    return tables.values(Topics.BALANCES).stream()
        .filter(one -> one.getGranularity() == granularity)
        .map(one -> one.getLocation() + " " + one.getFrom())
        .sorted()
        .toList();
  }

  /** The open discrepancies: kind, location and day of each. */
  List<String> open() {
    return Stream.of(Topics.PERIOD_DISCREPANCIES, Topics.VISIT_DISCREPANCIES)
        .flatMap(topic -> tables.values(topic).stream())
        .filter(one -> one.getStatus() == DiscrepancyStatus.OPEN)
        .map(Board::line)
        .sorted()
        .toList();
  }

  /** The items of days: list, reason, location and day of each. */
  List<String> items() {
    return tables.values(Topics.ITEMS).stream()
        .filter(item -> item.getGranularity() == Granularity.DAY)
        .map(Board::line)
        .sorted()
        .toList();
  }

  private static String line(Item item) {
    return item.getList()
        + " "
        + item.getReason()
        + " "
        + item.getDifference()
        + " "
        + item.getLocation()
        + " "
        + item.getFrom();
  }

  private static String line(Discrepancy one) {
    return one.getKind() + " " + one.getLocation() + " " + one.getDate();
  }
}
