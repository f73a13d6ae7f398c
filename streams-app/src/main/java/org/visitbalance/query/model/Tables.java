package org.visitbalance.query.model;

import java.util.List;
import org.visitbalance.output.Annotation;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.ProviderFigures;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitCharge;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;

/** All tables of the read model. docs/read-model.md is generated from this class. */
public final class Tables {
  private static final Column TENANT = text("tenant", "The company.");

  public static final Table BALANCE = Table.of("balance", Balance.class);
  public static final Table PROVIDER = Table.of("balance_provider", ProviderFigures.class);
  public static final Table ITEM = Table.of("item", Item.class);
  public static final Table VISIT = Table.of("visit", VisitSummary.class);
  public static final Table LATE_ARRIVAL = Table.of("late_arrival", LateArrival.class);
  public static final Table UNIT_VARIANCE = Table.of("unit_variance", UnitVariance.class);
  public static final Table CAP_PROPOSAL = Table.of("cap_proposal", CapProposal.class);
  public static final Table INSIGHT = Table.of("insight", Insight.class);
  public static final Table ANNOTATION = Table.of("annotation", Annotation.class);
  public static final Table DISCREPANCY = Table.of("discrepancy", Discrepancy.class);
  public static final Table OPEN_AMOUNT = OpenAmounts.TABLE;
  public static final Table DEAD_LETTER =
      Table.of(
          "dead_letter",
          DeadLetter.class,
          moment(
              "at",
              "When its record was appended; for feeds and settings, the tick that reported it."));
  public static final Table DEAD_LETTER_RETRY =
      Table.of("dead_letter_retry", DeadLetterRetry.class);
  public static final Table RECEIVED_FILE = Table.of("received_file", ReceivedFile.class);
  public static final Table VISIT_IDS =
      Table.restricted(
          "visit_ids",
          VisitIds.class,
          text(
              "named_by",
              "The visitId or noteId; for a billing-only visit, the ID that it is grouped by."));
  public static final Table VISIT_CHARGE =
      Table.restricted(
          "visit_charge", VisitCharge.class, TENANT, text("visit", "The visit's token."));

  public static final Table EVENT =
      new Table(
          "event",
          "The facts about patients as received, without repeats; for visit histories."
              + " Topics emr.*, billing.* and balancing.decisions, key kind|tenant|patient|event id.",
          true,
          List.of(
              TENANT,
              text("patientKey", "patient_key", "The patient."),
              text("kind", "VISIT, CHARGE, REJECTION, TRANSMISSION, NOTE or DECISION."),
              text("what", "What happened; see Event in the API document."),
              text(
                  "visitName",
                  "visit_name",
                  "The visitId, emrVisitId, noteId or visit; can be null."),
              text("caseId", "case_id", "The case, for a rejection that names one."),
              moment("at", "When it happened."),
              moment("knownAt", "known_at", "When it was received."),
              text("detail", "Note type, status, reason code, origin."),
              text("codes", "Codes and units."),
              day("businessDate", "business_date", "Finalized or Created Date."),
              day("dateOfService", "date_of_service", "The date of service, if it names one."),
              text("location", "Billing's Place of Service, or the EMR's clinic."),
              text("providerId", "provider_id", "Therapist, billing or treating provider."),
              text("chain", "The chain of a charge, or the one that was linked or unlinked.")));

  public static final Table SOURCE =
      new Table(
          "source",
          "How many valid facts of each kind were received, including repeats. Key tenant|kind.",
          false,
          List.of(
              TENANT,
              text("kind", "VISIT, CHARGE, REJECTION, TRANSMISSION, NOTE or DECISION."),
              new Column("facts", "facts", Column.Type.WHOLE, "Facts received."),
              moment("lastFactAt", "last_fact_at", "When the last one was received.")));

  public static final Table SITE =
      new Table(
          "site",
          "Where visits, notes and charges are, as the two systems say. Topics emr.visits,"
              + " emr.notes and billing.charges, key tenant|source|site|pos.",
          false,
          List.of(
              TENANT,
              text("source", "EMR or BILLING."),
              text("site", "The EMR's clinic, or billing's Place of Service."),
              text("posCode", "pos_code", "The EMR's POS code; null for billing.")));

  public static final Table FEED =
      new Table(
          "feed",
          "Where the data of a source ends. Topic balancing.feeds, key tenant|source.",
          false,
          List.of(
              TENANT,
              text("source", "EMR or BILLING."),
              moment(
                  "completeUntil",
                  "complete_until",
                  "Everything up to this time has been received."),
              moment("occurredAt", "occurred_at", "When the source reported this."),
              text("eventId", "event_id", "ID of the fact.")));

  public static final Table SETTINGS =
      new Table(
          "settings_version",
          "All valid settings documents. Topic balancing.settings, key partition:offset.",
          false,
          List.of(
              TENANT,
              new Column("version", "version", Column.Type.WHOLE, "Increases with each document."),
              moment("at", "When it was sent."),
              new Column("settings", "settings", Column.Type.JSON, "The document."),
              text("who", "The user who sent it; null if it did not come through the API."),
              text("why", "The reason that the user gave, if any.")));

  public static final Table MAPPING =
      new Table(
          "mapping_version",
          "All mappings of files. Topic balancing.mappings, key partition:offset.",
          false,
          List.of(
              TENANT,
              new Column("version", "version", Column.Type.WHOLE, "Increases with each mapping."),
              moment("at", "When it was sent."),
              text("mapping", "The mapping, as it was sent."),
              text("who", "The user who sent it; null if it did not come through the API."),
              text("why", "The reason that the user gave, if any.")));

  public static final Table PERIOD_CLOSE =
      new Table(
          "period_close",
          "All closes of periods. Topic balancing.closes, key partition:offset. The latest version"
              + " applies; if two have the same version, the one with the smaller position_no.",
          false,
          List.of(
              TENANT,
              text("location", "Billing's Place of Service."),
              text("granularity", "DAY, WEEK or MONTH."),
              day("from", "from_date", "The period's first day."),
              new Column(
                  "version",
                  "version",
                  Column.Type.WHOLE,
                  "1 for the first close, then 2 and so on."),
              moment("closedAt", "closed_at", "When it was closed."),
              text("closedBy", "closed_by", "Who closed it; policy if the closeAfter setting did."),
              new Column("position_no", "position", Column.Type.WHOLE, "Offset on the topic."),
              new Column(
                  "balance", "balance", Column.Type.JSON, "The balance at the time of the close."),
              moment("knownAt", "known_at", "When the topic received it.")));

  public static final Table ACCEPTANCE =
      new Table(
          "acceptance",
          "Who accepted a discrepancy, as far as the access log has it. Topic balancing.access-log,"
              + " key partition:offset.",
          true,
          List.of(
              TENANT,
              text("discrepancy", "The id of the discrepancy."),
              moment("at", "When it was accepted."),
              text("who", "Who accepted it."),
              text("reason", "Why."),
              text("note", "The note of who accepted it; null for none.")));

  /** The rows of dead_letter whose record was not sent again. */
  public static final String OPEN_DEAD_LETTERS =
      "(select * from dead_letter where not exists (select 1 from dead_letter_retry"
          + " where dead_letter_retry.record_key = dead_letter.record_key)) as open_letters";

  private static final String LOST =
      "'MISSING_CHARGE', 'LOST_AFTER_ACCEPTANCE', 'NOT_SENT', 'CHARGES_REMOVED'";

  public static final Table BALANCE_SUM =
      new Table(
          "balance_sum",
          "The balances of a day, added up over all locations. Key tenant|from.",
          false,
          List.of(
              TENANT,
              day("from", "from_date", "The day."),
              whole("finalized", "Counted visits by Finalized Date."),
              whole("billed", "Billing visits by Created Date."),
              whole("difference", "finalized - billed."),
              whole("expected", "Counted visits that should be billed."),
              whole("billedOfExpected", "billed_of_expected", "Expected visits that are billed."),
              whole("outstanding", "expected - billed_of_expected."),
              whole("held", "Visits that a rejection keeps out of billing."),
              whole("unexplained", "Differences without an explanation.")));

  public static final Table VISIT_SUM =
      new Table(
          "visit_sum",
          "The visits of a location and Finalized Date that should be billed and are not, added up."
              + " Key tenant|location|finalizedOn.",
          false,
          List.of(
              TENANT,
              text("location", "Billing's Place of Service, or UNMAPPED:clinic:pos."),
              day("finalizedOn", "finalized_on", "The Finalized Date."),
              whole("unbilled", "Visits."),
              whole("lost", "Those of them that are missing, were not sent, or were removed."),
              whole("unbilledUnits", "unbilled_units", "Their documented units.")));

  public static final Table DISCREPANCY_SUM =
      new Table(
          "discrepancy_sum",
          "The open discrepancies of a location, severity, and kind, counted. Key"
              + " tenant|location|severity|kind.",
          false,
          List.of(
              TENANT,
              text("location", "Billing's Place of Service, or UNMAPPED:clinic:pos."),
              text("severity", "HIGH, MEDIUM or LOW."),
              text("kind", "The kind of discrepancy."),
              whole("open", "open_now", "How many are open.")));

  /** The sums that are stored. */
  static final List<StoredSum> SUMS =
      List.of(
          new StoredSum(
              BALANCE_SUM,
              BALANCE,
              List.of("tenant", "from_date"),
              List.of(
                  sum("reported_emr_visits"),
                  sum("reported_billing_visits"),
                  sum("reported_difference"),
                  sum("origin_expected"),
                  sum("origin_billed"),
                  sum("origin_outstanding"),
                  sum("readiness_held_visits"),
                  sum("kinds_unexplained")),
              "granularity = 'DAY'"),
          new StoredSum(
              VISIT_SUM,
              VISIT,
              List.of("tenant", "location", "finalized_on"),
              List.of(
                  "count(*)",
                  sum("case when state in (" + LOST + ") then 1 else 0 end"),
                  sum("documented_units")),
              "state in ('HELD', 'TRANSMISSION_FAILED', 'AWAITING_CHARGE', 'TRANSMISSION_STUCK', "
                  + LOST
                  + ")"),
          new StoredSum(
              DISCREPANCY_SUM,
              DISCREPANCY,
              List.of("tenant", "location", "severity", "kind"),
              List.of("count(*)"),
              "status = 'OPEN' and left_at is null"));

  private static String sum(String value) {
    return "coalesce(sum(" + value + "), 0)";
  }

  /** All tables, in the order of the documentation. */
  public static final List<Table> ALL =
      List.of(
          BALANCE,
          PROVIDER,
          ITEM,
          VISIT,
          LATE_ARRIVAL,
          UNIT_VARIANCE,
          CAP_PROPOSAL,
          INSIGHT,
          ANNOTATION,
          DISCREPANCY,
          OPEN_AMOUNT,
          DEAD_LETTER,
          DEAD_LETTER_RETRY,
          RECEIVED_FILE,
          FEED,
          SOURCE,
          SITE,
          SETTINGS,
          MAPPING,
          PERIOD_CLOSE,
          BALANCE_SUM,
          VISIT_SUM,
          DISCREPANCY_SUM,
          VISIT_IDS,
          VISIT_CHARGE,
          EVENT,
          ACCEPTANCE);

  private Tables() {}

  private static Column text(String name, String doc) {
    return text(name, name, doc);
  }

  private static Column text(String path, String name, String doc) {
    return new Column(name, path, Column.Type.TEXT, doc);
  }

  private static Column whole(String name, String doc) {
    return whole(name, name, doc);
  }

  private static Column whole(String path, String name, String doc) {
    return new Column(name, path, Column.Type.WHOLE, doc);
  }

  private static Column moment(String name, String doc) {
    return moment(name, name, doc);
  }

  private static Column moment(String path, String name, String doc) {
    return new Column(name, path, Column.Type.MOMENT, doc);
  }

  private static Column day(String path, String name, String doc) {
    return new Column(name, path, Column.Type.DAY, doc);
  }
}
