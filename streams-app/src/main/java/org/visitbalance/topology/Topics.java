package org.visitbalance.topology;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.FactKind;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.AlertLetter;
import org.visitbalance.output.AlertSaid;
import org.visitbalance.output.Annotation;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.settings.MappingDocument;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.InsightFigures;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.topology.Topic.Keeping;

/** All topics of the service: contract.md#topics. */
public final class Topics {
  private static final Map<FactKind, Topic<?>> OF_FACTS =
      Arrays.stream(FactKind.values())
          .collect(Collectors.toMap(kind -> kind, kind -> facts(kind.topic(), kind.type())));

  public static final Topic<?> VISITS = of(FactKind.VISIT);
  public static final Topic<?> NOTES = of(FactKind.NOTE);
  public static final Topic<?> TRANSMISSIONS = of(FactKind.TRANSMISSION);
  public static final Topic<?> CHARGES = of(FactKind.CHARGE);
  public static final Topic<?> REJECTIONS = of(FactKind.REJECTION);
  public static final Topic<?> DECISIONS = of(FactKind.DECISION);
  public static final Topic<?> FEEDS = of(FactKind.FEED);
  public static final Topic<Settings> SETTINGS = facts("balancing.settings", Settings.class);

  /** How each tenant's files are read; written by the HTTP API and read by intake. */
  public static final Topic<MappingDocument> MAPPINGS =
      facts("balancing.mappings", MappingDocument.class);

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
  public static final Topic<Insight> INSIGHTS = latest("balancing.insights", Insight.class);
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

  /** Closed periods; written by the HTTP API and by the policy in a tenant's settings. */
  public static final Topic<Close> CLOSES = facts("balancing.closes", Close.class);

  /** Notes of people about the weeks of locations; written by the HTTP API. */
  public static final Topic<Annotation> ANNOTATIONS =
      latest("balancing.annotations", Annotation.class);

  /** Actions of people that must be accounted for; written by the HTTP API. */
  public static final Topic<AccessEntry> ACCESS_LOG =
      new Topic<>("balancing.access-log", AccessEntry.class, Keeping.ACCESS);

  /** The files that intake received; written by the intake command. */
  public static final Topic<ReceivedFile> FILES = latest("balancing.files", ReceivedFile.class);

  /** What each route of the alerts has sent; written and read by the alerts command. */
  public static final Topic<AlertSaid> ALERTS_SAID =
      latest("balancing.alerts-said", AlertSaid.class);

  /** Alerts that a receiver did not accept; written by the alerts command. */
  public static final Topic<AlertLetter> ALERT_LETTERS =
      new Topic<>("balancing.alert-dead-letters", AlertLetter.class, Keeping.LETTERS);

  /** What the ledgers send to the books. */
  public static final Topic<PeriodFigures> PERIOD_POSTINGS =
      new Topic<>("period-postings", PeriodFigures.class, Keeping.INTERNAL);

  static final Topic<CapFigures> CAP_POSTINGS =
      new Topic<>("cap-postings", CapFigures.class, Keeping.INTERNAL);

  static final Topic<InsightFigures> INSIGHT_POSTINGS =
      new Topic<>("insight-postings", InsightFigures.class, Keeping.INTERNAL);

  /** Facts about a patient: all keyed by tenant and patient, with the same number of partitions. */
  public static final List<Topic<?>> PATIENT_FACTS =
      List.of(VISITS, NOTES, TRANSMISSIONS, CHARGES, REJECTIONS, DECISIONS);

  /** The outputs of the ledger. */
  static final List<Topic<?>> LEDGER_OUTPUTS =
      List.of(
          ITEMS,
          VISIT_SUMMARIES,
          VISIT_DISCREPANCIES,
          LATE_ARRIVALS,
          UNIT_VARIANCES,
          VISIT_IDS,
          DEAD_LETTERS);

  /** The outputs of the service. */
  public static final List<Topic<?>> OUTPUTS =
      List.of(
          BALANCES,
          ITEMS,
          VISIT_SUMMARIES,
          LATE_ARRIVALS,
          UNIT_VARIANCES,
          CAP_PROPOSALS,
          INSIGHTS,
          PERIOD_DISCREPANCIES,
          VISIT_DISCREPANCIES,
          VISIT_IDS,
          DEAD_LETTERS);

  /** Every topic that must exist before the service starts. */
  public static final List<Topic<?>> ALL =
      Stream.of(
              PATIENT_FACTS,
              List.of(FEEDS, SETTINGS, MAPPINGS, CLOCK, CLOSES),
              OUTPUTS,
              List.of(
                  DEAD_LETTER_RETRIES, ANNOTATIONS, ACCESS_LOG, FILES, ALERTS_SAID, ALERT_LETTERS))
          .<Topic<?>>flatMap(List::stream)
          .toList();

  /** The header of a settings or mapping document with the user who has sent it. */
  public static final String WHO = "visit-balance-who";

  /** The header of a settings or mapping document with the reason that the user has given. */
  public static final String WHY = "visit-balance-why";

  private Topics() {}

  /** The topic of a fact. */
  public static Topic<?> ofFact(SpecificRecord fact) {
    return of(FactKind.of(fact));
  }

  private static Topic<?> of(FactKind kind) {
    return Objects.requireNonNull(OF_FACTS.get(kind));
  }

  private static <T extends SpecificRecord> Topic<T> facts(String name, Class<T> type) {
    return new Topic<>(name, type, Keeping.FACTS);
  }

  private static <T extends SpecificRecord> Topic<T> latest(String name, Class<T> type) {
    return new Topic<>(name, type, Keeping.LATEST);
  }
}
