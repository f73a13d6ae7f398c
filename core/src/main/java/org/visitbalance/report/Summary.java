package org.visitbalance.report;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Reasons;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.Verdict;
import org.visitbalance.text.PlainTime;
import org.visitbalance.text.Printable;

/** What a person reads of a run: no manual needed, the most important things first. */
final class Summary {
  private static final String LINE = "=".repeat(88);

  /** The reasons whose items are work as long as they are not overdue. */
  private static final Set<String> WORK =
      Arrays.stream(Reason.values())
          .filter(reason -> Reasons.kind(reason) == Reasons.Kind.WORK)
          .map(Reason::name)
          .collect(Collectors.toUnmodifiableSet());

  private record Overdue(String reason, String location, @Nullable LocalDate day) {}

  private final Result result;
  private final UnaryOperator<String> visitName;
  private final StringBuilder text = new StringBuilder();

  Summary(Result result, UnaryOperator<String> visitName) {
    this.result = result;
    this.visitName = visitName;
  }

  String text() {
    notices();
    TreeSet<String> tenants = new TreeSet<>();
    result.outputs().balances().forEach(balance -> tenants.add(balance.getTenant()));
    for (String tenant : tenants) {
      tenant(tenant);
    }
    if (tenants.isEmpty()) {
      text.append("Nothing to balance: no visits, charges or open notes as of ")
          .append(asOf(ZoneId.of("UTC")))
          .append(".\n\n");
    }
    account();
    return Printable.lines(text.toString());
  }

  private void notices() {
    if (!result.notices().isEmpty()) {
      text.append("Read this first\n---------------\n");
      for (String notice : result.notices()) {
        text.append("  ! ").append(notice).append('\n');
      }
      text.append('\n');
    }
  }

  private void tenant(String tenant) {
    List<Balance> balances = own(result.outputs().balances(), Balance::getTenant, tenant);
    balances.sort(
        Comparator.comparing(Balance::getLocation)
            .thenComparing(Balance::getGranularity)
            .thenComparing(Balance::getFrom));
    List<Discrepancy> discrepancies =
        own(result.outputs().discrepancies(), Discrepancy::getTenant, tenant);
    List<LateArrival> late = own(result.outputs().lateArrivals(), LateArrival::getTenant, tenant);
    text.append(LINE).append("\nVisit balance of ").append(Printable.line(tenant));
    text.append(", as of ").append(asOf(zone(tenant))).append('\n').append(LINE).append('\n');
    inShort(tenant, balances, discrepancies, late);
    byLocation(balances, discrepancies, tenant);
    new WorkList(visitName, late).appendTo(text, discrepancies);
    units(tenant);
  }

  private void inShort(
      String tenant,
      List<Balance> balances,
      List<Discrepancy> discrepancies,
      List<LateArrival> late) {
    long emrVisits = 0;
    long billingVisits = 0;
    long emrUnits = 0;
    long billingUnits = 0;
    long emrNonVisitUnits = 0;
    long billingNonVisitUnits = 0;
    long outstanding = 0;
    Map<Verdict, Long> days = new TreeMap<>();
    for (Balance balance : balances) {
      if (balance.getGranularity() == Granularity.DAY) {
        emrVisits += balance.getReported().getEmrVisits();
        billingVisits += balance.getReported().getBillingVisits();
        emrUnits += balance.getReported().getEmrUnits();
        billingUnits += balance.getReported().getBillingUnits();
        emrNonVisitUnits += orNone(balance.getReported().getEmrNonVisitUnits());
        billingNonVisitUnits += orNone(balance.getReported().getBillingNonVisitUnits());
        outstanding += balance.getOrigin().getOutstanding();
        days.merge(balance.getVerdict(), 1L, Long::sum);
      }
    }
    text.append('\n');
    new TextTable("lrr")
        .row("", "Visits", "Units")
        .row("EMR, by Finalized Date", Words.count(emrVisits), Words.count(emrUnits))
        .row("Billing, by Created Date", Words.count(billingVisits), Words.count(billingUnits))
        .row(
            "Difference",
            Words.signed(emrVisits - billingVisits),
            Words.signed(emrUnits - billingUnits))
        .appendTo(text);
    if (emrNonVisitUnits + billingNonVisitUnits > 0) {
      text.append("\n  Of these units, ").append(Words.count(emrNonVisitUnits));
      text.append(" documented and ").append(Words.count(billingNonVisitUnits));
      text.append(" billed are supplies and fees (non-visit codes).\n");
    }
    text.append("\n  Days by location: ")
        .append(Words.count(days.getOrDefault(Verdict.BALANCED, 0L)))
        .append(" balanced, ")
        .append(Words.count(days.getOrDefault(Verdict.EXPLAINED, 0L)))
        .append(" explained, ")
        .append(Words.count(days.getOrDefault(Verdict.WAITING, 0L)))
        .append(" waiting, ")
        .append(Words.count(days.getOrDefault(Verdict.OUT_OF_BALANCE, 0L)))
        .append(" out of balance.\n  Unbilled visits: ")
        .append(Words.count(outstanding))
        .append(".\n  Open discrepancies: ");
    for (Severity severity : List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW)) {
      long count = discrepancies.stream().filter(found -> found.getSeverity() == severity).count();
      text.append(Words.count(count))
          .append(' ')
          .append(severity.name().toLowerCase(Locale.ENGLISH));
      text.append(severity == Severity.LOW ? ".\n" : ", ");
    }
    long held = late.stream().filter(line -> line.getCreatedOn() == null).count();
    text.append("  Late arrivals: ").append(Words.count(held)).append(" still held, ");
    text.append(Words.count(late.size() - held)).append(" arrived late.\n");
    for (Feed feed : own(result.feeds(), Feed::getTenant, tenant)) {
      text.append("  ").append(feed.getSource() == FeedSource.EMR ? "EMR" : "Billing");
      text.append(" data ends ").append(PlainTime.of(feed.getCompleteUntil(), zone(tenant)));
      text.append(". Nothing after that is reported as missing.\n");
    }
  }

  private String asOf(ZoneId zone) {
    return PlainTime.of(Instant.parse(result.account().asOf()), zone);
  }

  private static long orNone(@Nullable Long units) {
    return units == null ? 0 : units;
  }

  private ZoneId zone(String tenant) {
    var document = result.settings().get(tenant);
    return ZoneId.of(document == null || document.getZone() == null ? "UTC" : document.getZone());
  }

  private void byLocation(List<Balance> balances, List<Discrepancy> discrepancies, String tenant) {
    Map<Overdue, Long> overdue = urgent(discrepancies, found -> !isDue(found, tenant));
    Map<Overdue, Long> due = urgent(discrepancies, found -> isDue(found, tenant));
    Map<String, List<Balance>> locations = new TreeMap<>();
    balances.forEach(
        balance ->
            locations
                .computeIfAbsent(balance.getLocation(), any -> new ArrayList<>())
                .add(balance));
    locations.forEach(
        (location, own) -> {
          text.append("\n\n").append(Printable.line(location)).append('\n');
          text.append("-".repeat(location.length())).append('\n');
          periods(own);
          own.stream()
              .filter(balance -> balance.getGranularity() == Granularity.DAY)
              .filter(
                  balance ->
                      balance.getVerdict() != Verdict.BALANCED
                          || !balance.getReadiness().getReady())
              .forEach(balance -> bridge(balance, overdue, due));
        });
  }

  private void periods(List<Balance> balances) {
    TextTable table =
        new TextTable("lrrrrrll")
            .row("", "EMR", "Billing", "Diff.", "EMR units", "Billed units", "Status", "");
    for (Balance balance : balances) {
      table.row(
          name(balance),
          Words.count(balance.getReported().getEmrVisits()),
          Words.count(balance.getReported().getBillingVisits()),
          Words.signed(balance.getReported().getDifference()),
          Words.count(balance.getReported().getEmrUnits()),
          Words.count(balance.getReported().getBillingUnits()),
          Words.label(balance.getVerdict()),
          remarks(balance));
    }
    table.appendTo(text);
  }

  static String name(Balance balance) {
    return switch (balance.getGranularity()) {
      case WEEK -> "Week of " + balance.getFrom();
      case MONTH -> "Month " + balance.getFrom().toString().substring(0, 7);
      default -> Words.day(balance.getFrom());
    };
  }

  private static String remarks(Balance balance) {
    List<String> remarks = new ArrayList<>();
    if (balance.getOffsetting()) {
      remarks.add(balance.getReported().getDifference() == 0 ? "offsetting" : "partly offsetting");
    }
    if (balance.getKinds().getAccepted() != null) {
      remarks.add(Words.count(balance.getKinds().getAccepted()) + " accepted");
    }
    if (!balance.getReadiness().getReady()) {
      remarks.add("not ready");
    }
    return String.join(", ", remarks);
  }

  private void bridge(Balance balance, Map<Overdue, Long> overdue, Map<Overdue, Long> due) {
    text.append("\n  ").append(Words.day(balance.getFrom())).append(": EMR ");
    text.append(balance.getReported().getEmrVisits()).append(", billing ");
    text.append(balance.getReported().getBillingVisits()).append(", difference ");
    text.append(Words.signed(balance.getReported().getDifference())).append('\n');
    TextTable table = new TextTable("rll");
    new TreeMap<>(balance.getItems())
        .forEach(
            (reason, sum) ->
                table.row(
                    "  " + Words.signed(sum),
                    Words.of(reason),
                    "("
                        + kind(reason)
                        + urgent(overdue, reason, balance, "overdue")
                        + urgent(due, reason, balance, "to file within 14 days")
                        + ")"));
    table.appendTo(text);
    readiness(balance);
  }

  private static String urgent(Map<Overdue, Long> urgent, String reason, Balance day, String word) {
    Long count = urgent.get(new Overdue(reason, day.getLocation(), day.getFrom()));
    return count == null ? "" : ", " + Words.count(count) + " " + word;
  }

  /** Whether what makes work urgent is the last day to file. */
  private boolean isDue(Discrepancy found, String tenant) {
    LocalDate fileBy = found.getFileBy();
    return fileBy != null
        && !LocalDate.ofInstant(Instant.parse(result.account().asOf()), zone(tenant))
            .isBefore(fileBy.minusDays(Reasons.DAYS_TO_FILE));
  }

  /** How many items of a reason of work are urgent, day by day. */
  private static Map<Overdue, Long> urgent(
      List<Discrepancy> discrepancies, Predicate<Discrepancy> which) {
    Map<Overdue, Long> overdue = new HashMap<>();
    for (Discrepancy found : discrepancies) {
      if (found.getSeverity() == Severity.HIGH
          && WORK.contains(found.getKind())
          && which.test(found)) {
        overdue.merge(
            new Overdue(found.getKind(), found.getLocation(), found.getDate()), 1L, Long::sum);
      }
    }
    return overdue;
  }

  private static String kind(String reason) {
    return switch (Reasons.kind(Reason.valueOf(reason))) {
      case EXPECTED -> "expected";
      case PENDING -> "pending";
      case WORK -> "to do";
      case UNEXPLAINED -> "unexplained";
      case ACCEPTED -> "accepted";
    };
  }

  private void readiness(Balance balance) {
    var readiness = balance.getReadiness();
    if (!readiness.getReady()) {
      List<String> open = new ArrayList<>();
      add(open, readiness.getOpenNotes(), "open note", "open notes");
      add(open, readiness.getFailedTransmissions(), "failed transmission", "failed transmissions");
      add(
          open,
          readiness.getPendingTransmissions(),
          "pending transmission",
          "pending transmissions");
      add(
          open,
          readiness.getAbsentTransmissions(),
          "visit not on the Claims Feed",
          "visits not on the Claims Feed");
      add(open, readiness.getHeldVisits(), "held visit", "held visits");
      text.append("    Before you balance: ").append(String.join(", ", open)).append(".\n");
    }
  }

  private static void add(List<String> open, long number, String one, String many) {
    if (number > 0) {
      open.add(Words.count(number, one, many));
    }
  }

  private void units(String tenant) {
    List<UnitVariance> variances =
        own(result.outputs().unitVariances(), UnitVariance::getTenant, tenant);
    if (!variances.isEmpty()) {
      long scrubbed = variances.stream().mapToLong(UnitVariance::getScrubbed).sum();
      long added = variances.stream().mapToLong(UnitVariance::getAdded).sum();
      long unexplained = variances.stream().mapToLong(UnitVariance::getUnexplained).sum();
      text.append("\n\nUnits\n-----\n  ");
      text.append(Words.count(scrubbed, "unit", "units")).append(" scrubbed, ");
      text.append(Words.count(added)).append(" added on the visits compared; ");
      text.append(Words.count(unexplained)).append(" unexplained.\n");
    }
    for (CapProposal proposal :
        own(result.outputs().capProposals(), CapProposal::getTenant, tenant)) {
      text.append("  Payer ")
          .append(proposal.getPayerId())
          .append(" appears to limit ")
          .append(proposal.getCpt());
      text.append(" to ").append(Words.count(proposal.getCap(), "unit", "units"));
      text.append(" (").append(proposal.getMonth()).append(", ");
      text.append(Words.count(proposal.getSupport(), "visit", "visits"));
      text.append("). If that is right, add a payer rule to the settings.\n");
    }
  }

  private void account() {
    Result.Account account = result.account();
    text.append("\n\nRecords\n-------\n  ");
    text.append(Words.count(account.read())).append(" read: ");
    text.append(Words.count(account.standing())).append(" current, ");
    text.append(Words.count(account.superseded())).append(" replaced or duplicate, ");
    text.append(Words.count(account.notYetKnown())).append(" received after that time, ");
    text.append(Words.count(account.deadLetters())).append(" invalid");
    text.append(account.deadLetters() > 0 ? " (see dead-letters.jsonl).\n" : ".\n");
  }

  private static <T> List<T> own(
      java.util.Collection<T> all, java.util.function.Function<T, String> tenantOf, String tenant) {
    List<T> own = new ArrayList<>();
    for (T one : all) {
      if (tenantOf.apply(one).equals(tenant)) {
        own.add(one);
      }
    }
    return own;
  }
}
