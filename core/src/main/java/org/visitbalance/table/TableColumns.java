package org.visitbalance.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Reason;
import org.visitbalance.text.Words;

/**
 * The columns of all lists: of the files of a run, of the downloads of the API and of the page.
 * What is named in several lists is called the same in all of them. The page has the same labels.
 */
public final class TableColumns {
  /** Lists by the paths of the API, where a field means something else than in other lists. */
  public static final String ITEMS = "period/items";

  public static final String DISCREPANCIES = "discrepancies";
  public static final String LETTERS = "dead-letters";
  public static final String FILE_LETTERS = "files/dead-letters";

  /** A field that people get no column for. */
  private static final String NONE = "-";

  /** A map of reasons to numbers: a column for each reason. */
  private static final String REASONS = "*";

  /** A balance within a row: its own columns. */
  private static final String BALANCE = "**";

  private static final String BALANCES =
      """
      tenant                       | Company                        | TEXT
      location                     | Location                       | TEXT
      granularity                  | Period                         | SYMBOL
      from                         | From                           | DAY
      to                           | To                             | DAY
      verdict                      | Status                         | SYMBOL
      reported.emrVisits           | EMR visits                     | WHOLE
      reported.billingVisits       | Billing visits                 | WHOLE
      reported.difference          | Difference                     | WHOLE
      reported.emrUnits            | EMR units                      | WHOLE
      reported.billingUnits        | Billing units                  | WHOLE
      reported.emrNonVisitUnits    | EMR non-visit units            | WHOLE
      reported.billingNonVisitUnits | Billing non-visit units       | WHOLE
      origin.expected              | Billable visits                | WHOLE
      origin.billed                | Billed so far                  | WHOLE
      origin.outstanding           | Unbilled visits                | WHOLE
      kinds.expected               | Visits expected                | WHOLE
      kinds.pending                | Visits pending                 | WHOLE
      kinds.work                   | Visits to do                   | WHOLE
      kinds.unexplained            | Visits unexplained             | WHOLE
      kinds.accepted               | Visits accepted                | WHOLE
      offsetting                   | Offsetting                     | TRUTH
      readiness.ready              | Ready to balance               | TRUTH
      readiness.openNotes          | Open notes                     | WHOLE
      readiness.failedTransmissions | Failed transmissions          | WHOLE
      readiness.pendingTransmissions | Pending transmissions        | WHOLE
      readiness.absentTransmissions | Visits not on the Claims Feed | WHOLE
      readiness.heldVisits         | Held visits                    | WHOLE
      newPatients.emrUnits         | New patients: EMR units        | WHOLE
      newPatients.billingVisits    | New patients: billing visits   | WHOLE
      newPatients.difference       | New patients: difference       | WHOLE
      items                        | *                              | WHOLE
      newPatients.items            | *New patients:                 | WHOLE
      """;

  private static final String OTHERS =
      """
      providerId                   | Provider                       | TEXT
      emrVisits                    | EMR visits                     | WHOLE
      billingVisits                | Billing visits                 | WHOLE
      emrUnits                     | EMR units                      | WHOLE
      billingUnits                 | Billing units                  | WHOLE
      list                         | List                           | SYMBOL
      visit                        | Visit                          | TOKEN
      reason                       | Reason                         | REASON
      kind                         | Kind                           | REASON
      difference                   | Difference                     | WHOLE
      acceptedBecause              | Accepted because               | BECAUSE
      dateOfService                | Date of service                | DAY
      finalizedOn                  | Finalized                      | DAY
      createdOn                    | Created                        | DAY
      state                        | State                          | REASON
      suppressed                   | Suppressed                     | TRUTH
      late                         | Late                           | TRUTH
      documentedUnits              | Documented units               | WHOLE
      billedUnits                  | Billed units                   | WHOLE
      summary.visit                | -                              | TEXT
      summary.location             | Location                       | TEXT
      summary.dateOfService        | Date of service                | DAY
      summary.providerId           | Provider                       | TEXT
      summary.finalizedOn          | Finalized                      | DAY
      summary.createdOn            | Created                        | DAY
      summary.state                | State                          | REASON
      summary.suppressed           | Suppressed                     | TRUTH
      summary.late                 | Late                           | TRUTH
      summary.documentedUnits      | Documented units               | WHOLE
      summary.billedUnits          | Billed units                   | WHOLE
      ids.visitId                  | EMR visit ID                   | TEXT
      ids.account                  | Account                        | TEXT
      ids.payerId                  | Payer of the visit             | TEXT
      ids.charges                  | Charge IDs                     | TEXT
      ids.billingVisits            | Billing visit IDs              | TEXT
      id                           | ID                             | TOKEN
      level                        | Level                          | SYMBOL
      discrepancies:kind           | Discrepancy                    | REASON
      status                       | Status                         | SYMBOL
      severity                     | Severity                       | SYMBOL
      date                         | Day                            | DAY
      units                        | Units                          | WHOLE
      amountCents                  | Amount                         | MONEY
      fileBy                       | File by                        | DAY
      action                       | Next step                      | SENTENCE
      openedAt                     | Opened                         | MOMENT
      resolvedAt                   | Resolved                       | MOMENT
      assignee                     | Assigned to                    | TEXT
      before                       | Closed as                      | FIGURES
      after                        | Now                            | FIGURES
      leftAt                       | Left the service               | MOMENT
      openedByRules                | Opened by new rules            | TRUTH
      ageDays                      | Age in days                    | WHOLE
      daysSinceService             | Days since service             | WHOLE
      billedDatesOfService         | Dates of service in billing    | TEXT
      accepted                     | Accepted                       | TRUTH
      acceptance.by                | Accepted by                    | TEXT
      acceptance.at                | Accepted at                    | MOMENT
      acceptance.note              | Note on acceptance             | TEXT
      lagDays                      | Days late                      | WHOLE
      cause                        | Cause                          | SYMBOL
      rejectionType                | Rejection                      | SYMBOL
      reasonCode                   | Reason code                    | TEXT
      heldFrom                     | Held from                      | MOMENT
      heldUntil                    | Held until                     | MOMENT
      sameWeek                     | Same week                      | TRUTH
      sameMonth                    | Same month                     | TRUTH
      payerId                      | Payer                          | TEXT
      cpt                          | Code                           | TEXT
      documented                   | Documented                     | WHOLE
      billed                       | Billed                         | WHOLE
      scrubbed                     | Scrubbed                       | WHOLE
      added                        | Added                          | WHOLE
      explained                    | Explained                      | WHOLE
      unexplained                  | Unexplained                    | WHOLE
      rule                         | Explained by                   | RULES
      visits                       | Visits                         | WHOLE
      month                        | Month                          | TEXT
      cap                          | Suggested limit                | WHOLE
      support                      | Visits                         | WHOLE
      version                      | Version                        | WHOLE
      closedAt                     | Closed at                      | MOMENT
      closedBy                     | Closed by                      | TEXT
      balance                      | **                             | WHOLE
      knownAt                      | Received                       | MOMENT
      settings                     | -                              | TEXT
      who                          | Changed by                     | TEXT
      why                          | Why                            | TEXT
      changes                      | Changes                        | TEXT
      at                           | Received                       | MOMENT
      source                       | Source                         | SOURCE
      completeUntil                | Data ends                      | MOMENT
      lastFactAt                   | Last record                    | MOMENT
      dead-letters:source          | Topic                          | TEXT
      dead-letters:reason          | Problem                        | TEXT
      field                        | Field                          | TEXT
      since                        | First                          | MOMENT
      until                        | Last                           | MOMENT
      records                      | Records                        | WHOLE
      remedy                       | -                              | TEXT
      partition                    | Partition                      | WHOLE
      position                     | Offset                         | WHOLE
      files/dead-letters:source    | File                           | TEXT
      files/dead-letters:reason    | Problem                        | SENTENCE
      line                         | Line                           | WHOLE
      first                        | First day                      | DAY
      last                         | Last day                       | DAY
      unmapped                     | Not in the mapping             | TRUTH
      decision                     | Decision                       | TEXT
      note                         | Note                           | TEXT
      discrepancies:reason         | Reason                         | TEXT
      closes:position              | -                              | WHOLE
      day                          | Day                            | DAY
      money:kind                   | Discrepancy                    | REASON
      atRisk.cents                 | At risk                        | MONEY
      atRisk.visits                | Visits at risk                 | WHOLE
      atRisk.unpriced              | At risk without a price        | WHOLE
      exposed.cents                | Exposed                        | MONEY
      exposed.visits               | Visits exposed                 | WHOLE
      exposed.unpriced             | Exposed without a price        | WHOLE
      pastDeadline.cents           | Past the deadline              | MONEY
      pastDeadline.visits          | Visits past the deadline       | WHOLE
      pastDeadline.unpriced        | Past the deadline without a price | WHOLE
      fileSoon.cents               | File within 14 days            | MONEY
      fileSoon.visits              | Visits to file within 14 days  | WHOLE
      fileSoon.unpriced            | To file without a price        | WHOLE
      nextDeadline                 | Next deadline                  | DAY
      insights:about               | About                          | TEXT
      insights:text                | What stands out                | SENTENCE
      insights:finding             | Discrepancy                    | REASON
      insights:observed            | Visits                         | WHOLE
      insights:total               | Of                             | WHOLE
      insights:expected            | Expected                       | TEXT
      insights:low                 | At least                       | WHOLE
      insights:high                | At most                        | WHOLE
      insights:baseObserved        | Visits with this in common     | WHOLE
      insights:baseTotal           | All visits                     | WHOLE
      insights:pValue              | Probability of chance          | TEXT
      insights:metric              | Metric                         | SYMBOL
      insights:rate                | Rate                           | TEXT
      insights:center              | Usual rate                     | TEXT
      insights:bound               | Limit                          | TEXT
      insights:proposal            | Proposed duration              | TEXT
      insights:date                | Day or week                    | DAY
      insights:kind                | Insight                        | SYMBOL
      trends:open                  | Not over                       | TRUTH
      trends:finalized             | Visits finalized               | WHOLE
      trends:billed                | Visits billed                  | WHOLE
      trends:unexplained           | Visits unexplained             | WHOLE
      trends:unexplainedRate.rate  | Unexplained rate               | WHOLE
      trends:unexplainedRate.center | Unexplained: usual            | WHOLE
      trends:unexplainedRate.low   | Unexplained: lower limit       | WHOLE
      trends:unexplainedRate.high  | Unexplained: upper limit       | WHOLE
      trends:unexplainedRate.signal | Unexplained: stands out       | SYMBOL
      trends:late                  | Visits billed on a later day   | WHOLE
      trends:lateRate.rate         | Not billed the same day        | WHOLE
      trends:lateRate.center       | Not the same day: usual        | WHOLE
      trends:lateRate.low          | Not the same day: lower limit  | WHOLE
      trends:lateRate.high         | Not the same day: upper limit  | WHOLE
      trends:lateRate.signal       | Not the same day: stands out   | SYMBOL
      trends:lagDays               | Charge lag in days             | WHOLE
      trends:outstanding           | Unbilled visits                | WHOLE
      trends:held                  | Held visits                    | WHOLE
      trends:scrubbed              | Units scrubbed                 | WHOLE
      trends:added                 | Units added                    | WHOLE
      trends:unexplainedUnits      | Units unexplained              | WHOLE
      trends:atRiskCents           | Dollars at risk                | MONEY
      trends:atRiskUnpriced        | Visits without an amount       | WHOLE
      trends:notes                 | Notes                          | TEXT
      files:sha256                 | SHA-256                        | TEXT
      files:part                   | -                              | TEXT
      files:receipt                | -                              | WHOLE
      files:name                   | File                           | TEXT
      files:size                   | Bytes                          | WHOLE
      files:source                 | Came by                        | SYMBOL
      files:state                  | Status                         | SYMBOL
      files:reason                 | Problem                        | SENTENCE
      files:entry                  | Read by                        | TEXT
      files:rows                   | Rows                           | WHOLE
      files:facts                  | Records                        | WHOLE
      files:toSend                 | New or changed                 | WHOLE
      files:sent                   | Sent                           | WHOLE
      files:unchanged              | Unchanged                      | WHOLE
      files:dead                   | Invalid rows                   | WHOLE
      files:skipped                | Skipped rows                   | WHOLE
      files:firstDate              | First day                      | DAY
      files:lastDate               | Last day                       | DAY
      files:receivedAt             | Received                       | MOMENT
      files:changedAt              | Changed                        | MOMENT
      files:by                     | Sent by                        | TEXT
      """;

  /** Reasons that no bridge has. */
  private static final Set<Reason> OF_NEW_PATIENTS =
      Set.of(Reason.EVALUATION_NOT_BILLED, Reason.MULTIPLE_EVALUATIONS, Reason.EVALUATION_ADDED);

  /** The period is in columns of its own where a balance is part of a row. */
  private static final Set<String> PERIOD =
      Set.of("tenant", "location", "granularity", "from", "to");

  private static final Map<String, TableColumn> ALL = new HashMap<>();
  private static final List<String> OF_A_BALANCE = new ArrayList<>();

  static {
    BALANCES.lines().map(TableColumns::column).forEach(one -> OF_A_BALANCE.add(one.path()));
    BALANCES.lines().map(TableColumns::column).forEach(one -> ALL.put(one.path(), one));
    OTHERS.lines().map(TableColumns::column).forEach(one -> ALL.put(one.path(), one));
  }

  private TableColumns() {}

  private static TableColumn column(String line) {
    String[] cells = line.split("\\|", -1);
    return new TableColumn(cells[0].strip(), cells[1].strip(), CellType.valueOf(cells[2].strip()));
  }

  /**
   * Returns the columns for people of the fields of a list, without those that people do not need.
   * Those of a balance are in the order in which people read them.
   *
   * @param list the path of the list in the API
   * @throws IllegalArgumentException if a field has no label
   */
  public static List<TableColumn> of(String list, List<String> paths) {
    List<TableColumn> columns = new ArrayList<>();
    List<String> ordered = new ArrayList<>(paths);
    if (OF_A_BALANCE.containsAll(paths)) {
      ordered.sort(Comparator.comparing(OF_A_BALANCE::indexOf));
    }
    for (String path : ordered) {
      TableColumn column = named(list, path);
      if (column == null) {
        throw new IllegalArgumentException("no label for " + path + " in " + list);
      }
      add(columns, path, column);
    }
    return columns;
  }

  private static @Nullable TableColumn named(String list, String path) {
    String top = list.contains("/") && !list.startsWith("files") ? list.split("/", -1)[0] : list;
    TableColumn own = ALL.get(list + ":" + path);
    own = own == null ? ALL.get(top + ":" + path) : own;
    return own == null ? ALL.get(path) : own;
  }

  private static void add(List<TableColumn> columns, String path, TableColumn column) {
    String label = column.label();
    if (label.equals(BALANCE)) {
      for (String inner : OF_A_BALANCE) {
        if (!PERIOD.contains(inner)) {
          add(columns, path + "." + inner, ALL.getOrDefault(inner, column));
        }
      }
    } else if (label.startsWith(REASONS)) {
      String before = label.substring(REASONS.length()).strip();
      Arrays.stream(Reason.values())
          .filter(reason -> reason != Reason.UNKNOWN)
          .filter(reason -> !before.isEmpty() || !OF_NEW_PATIENTS.contains(reason))
          .forEach(
              reason ->
                  columns.add(
                      new TableColumn(
                          path + "." + reason.name(),
                          (before + " " + Words.of(reason.name())).strip(),
                          column.type())));
    } else if (!label.equals(NONE)) {
      columns.add(new TableColumn(path, label, column.type()));
    }
  }
}
