package org.visitbalance.topology;

import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Tick;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.AlertLetter;
import org.visitbalance.output.AlertSaid;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.topology.Topic.Keeping;

/** All topics of the service: contract.md#topics. */
public final class Topics {
  public static final Topic<Visit> VISITS = facts("emr.visits", Visit.class);
  public static final Topic<Note> NOTES = facts("emr.notes", Note.class);
  public static final Topic<Transmission> TRANSMISSIONS =
      facts("emr.transmissions", Transmission.class);
  public static final Topic<Charge> CHARGES = facts("billing.charges", Charge.class);
  public static final Topic<Rejection> REJECTIONS = facts("billing.rejections", Rejection.class);
  public static final Topic<Decision> DECISIONS = facts("balancing.decisions", Decision.class);
  public static final Topic<Feed> FEEDS = facts("balancing.feeds", Feed.class);
  public static final Topic<Settings> SETTINGS = facts("balancing.settings", Settings.class);
  public static final Topic<Tick> CLOCK = new Topic<>("balancing.clock", Tick.class, Keeping.CLOCK);

  public static final Topic<Balance> BALANCES = latest("balancing.balances", Balance.class);
  public static final Topic<Item> ITEMS = latest("balancing.items", Item.class);
  public static final Topic<VisitSummary> VISIT_SUMMARIES =
      latest("balancing.visits", VisitSummary.class);
  public static final Topic<LateArrival> LATE_ARRIVALS =
      latest("balancing.late-arrivals", LateArrival.class);
  public static final Topic<UnitVariance> UNIT_VARIANCES =
      latest("balancing.unit-variances", UnitVariance.class);
  public static final Topic<CapProposal> CAP_PROPOSALS =
      latest("balancing.cap-proposals", CapProposal.class);
  public static final Topic<Discrepancy> PERIOD_DISCREPANCIES =
      latest("balancing.period-discrepancies", Discrepancy.class);
  public static final Topic<Discrepancy> VISIT_DISCREPANCIES =
      latest("balancing.visit-discrepancies", Discrepancy.class);
  public static final Topic<VisitIds> VISIT_IDS = latest("balancing.visit-ids", VisitIds.class);
  public static final Topic<DeadLetter> DEAD_LETTERS =
      new Topic<>("balancing.dead-letters", DeadLetter.class, Keeping.LETTERS);

  /** Dead letters whose records were sent again; written together with these records. */
  public static final Topic<DeadLetterRetry> DEAD_LETTER_RETRIES =
      latest("balancing.dead-letter-retries", DeadLetterRetry.class);

  /** Periods that were closed; written by the HTTP API and by the policy of a tenant's settings. */
  public static final Topic<Close> CLOSES = facts("balancing.closes", Close.class);

  /** What people did that has to be answered for; written by the HTTP API. */
  public static final Topic<AccessEntry> ACCESS_LOG =
      new Topic<>("balancing.access-log", AccessEntry.class, Keeping.ACCESS);

  /** What each route of the alerts was told; written and read by the command alerts. */
  public static final Topic<AlertSaid> ALERTS_SAID =
      latest("balancing.alerts-said", AlertSaid.class);

  /** Alerts that a receiver did not take; written by the command alerts. */
  public static final Topic<AlertLetter> ALERT_LETTERS =
      new Topic<>("balancing.alert-dead-letters", AlertLetter.class, Keeping.LETTERS);

  /** What the ledgers send to the books. */
  public static final Topic<PeriodFigures> PERIOD_POSTINGS =
      new Topic<>("period-postings", PeriodFigures.class, Keeping.INTERNAL);

  static final Topic<CapFigures> CAP_POSTINGS =
      new Topic<>("cap-postings", CapFigures.class, Keeping.INTERNAL);

  /** Facts about a patient: all keyed by tenant and patient, all with as many partitions. */
  public static final List<Topic<?>> PATIENT_FACTS =
      List.of(VISITS, NOTES, TRANSMISSIONS, CHARGES, REJECTIONS, DECISIONS);

  /** What the ledger says. */
  static final List<Topic<?>> LEDGER_OUTPUTS =
      List.of(
          ITEMS,
          VISIT_SUMMARIES,
          VISIT_DISCREPANCIES,
          LATE_ARRIVALS,
          UNIT_VARIANCES,
          VISIT_IDS,
          DEAD_LETTERS);

  /** What the service says. */
  public static final List<Topic<?>> OUTPUTS =
      List.of(
          BALANCES,
          ITEMS,
          VISIT_SUMMARIES,
          LATE_ARRIVALS,
          UNIT_VARIANCES,
          CAP_PROPOSALS,
          PERIOD_DISCREPANCIES,
          VISIT_DISCREPANCIES,
          VISIT_IDS,
          DEAD_LETTERS);

  /** Every topic that has to be there before the service starts. */
  public static final List<Topic<?>> ALL =
      Stream.of(
              PATIENT_FACTS,
              List.of(FEEDS, SETTINGS, CLOCK, CLOSES),
              OUTPUTS,
              List.of(DEAD_LETTER_RETRIES, ACCESS_LOG, ALERTS_SAID, ALERT_LETTERS))
          .<Topic<?>>flatMap(List::stream)
          .toList();

  private Topics() {}

  private static <T extends SpecificRecord> Topic<T> facts(String name, Class<T> type) {
    return new Topic<>(name, type, Keeping.FACTS);
  }

  private static <T extends SpecificRecord> Topic<T> latest(String name, Class<T> type) {
    return new Topic<>(name, type, Keeping.LATEST);
  }
}
