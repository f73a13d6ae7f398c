package org.visitbalance.core;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/**
 * Checks what can be a fact (rules.md#dead-letters). Types and required fields are checked when a
 * record is decoded; everything else is checked here, in the same way for every source.
 */
public final class Facts {
  /** How many days a business date may lie after the date on which its fact was recorded. */
  private static final int DAYS_AHEAD = 2;

  private static final long SECONDS_A_DAY = 86_400;

  /** How far a time in a fact may be after the moment the fact became known. */
  private static final Duration AHEAD = Duration.ofDays(DAYS_AHEAD);

  private static final char DELETE = 0x7F;

  /** Whatever lies outside of these years is a mistake. */
  private static final int FIRST_YEAR = 1900;

  private static final int LAST_YEAR = 2199;
  private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2199-12-31T23:59:59.999999999Z");

  /** Code points of a text. */
  private static final int LONGEST = 256;

  /** The same of texts that are made of others. */
  private static final int LONGEST_NAME = 1024;

  private static final int MOST_UNITS = 9_999;
  private static final int MOST_REVISIONS = 999_999;

  /** The greatest amount of a line, in cents. */
  public static final long MOST_CENTS = 99_999_999_999L;

  private static final int MOST_LINES = 200;
  private static final int MOST_MODIFIERS = 20;

  private Facts() {}

  /**
   * A problem with a fact.
   *
   * @param field the name of the field
   * @param reason what was expected; never the value
   */
  public record Problem(String field, String reason) {}

  /** Returns the patient of a fact, or null for a feed, which has none. */
  public static @Nullable String patientKey(SpecificRecord fact) {
    return FactKind.of(fact).patientKey(fact);
  }

  /** Returns the tenant of a fact. */
  public static String tenant(SpecificRecord fact) {
    return FactKind.of(fact).tenant(fact);
  }

  /** Returns what a fact's key has after its tenant: its patient; a feed's source. */
  public static Object keyPart(SpecificRecord fact) {
    return FactKind.of(fact).keyPart(fact);
  }

  /** Returns the id that a fact's source gave it. */
  public static String eventId(SpecificRecord fact) {
    return FactKind.of(fact).eventId(fact);
  }

  /** Returns when the source recorded a fact. */
  public static Instant occurredAt(SpecificRecord fact) {
    return FactKind.of(fact).occurredAt(fact);
  }

  /**
   * Returns the latest business date of a fact about a patient, which determines when it is too old
   * (rules.md#retention); for a fact without one, and for a decision, the UTC date of the moment it
   * reports.
   */
  public static LocalDate businessDate(SpecificRecord fact) {
    return FactKind.of(fact).businessDate(fact);
  }

  /** Whether a text says nothing: it is empty, or has nothing but blanks (U+0020). */
  public static boolean isBlank(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != ' ') {
        return false;
      }
    }
    return true;
  }

  /** Returns what is wrong with the known time that a source gives, or null. */
  public static @Nullable Problem problemOfKnownTime(String field, Instant knownAt) {
    Checks checks = new Checks(knownAt);
    checks.instant(field, knownAt);
    return checks.found;
  }

  /**
   * Returns the first problem that keeps a decoded record from being a fact, or null.
   *
   * @param knownAt when it became known to us; a much later time in the fact is from a wrong clock
   */
  public static @Nullable Problem problem(SpecificRecord fact, Instant knownAt) {
    Checks checks = new Checks(knownAt);
    switch (FactKind.of(fact)) {
      case VISIT -> check(checks, (Visit) fact);
      case CHARGE -> check(checks, (Charge) fact);
      case REJECTION -> check(checks, (Rejection) fact);
      case TRANSMISSION -> check(checks, (Transmission) fact);
      case NOTE -> check(checks, (Note) fact);
      case DECISION -> check(checks, (Decision) fact);
      case FEED -> check(checks, (Feed) fact);
    }
    return checks.found;
  }

  /** Returns the fact with blank optional texts removed: the same object if there are none. */
  @SuppressWarnings("unchecked") // A fact of the same class.
  public static <T extends SpecificRecord> T normalized(T fact) {
    return (T)
        switch (FactKind.of(fact)) {
          case VISIT -> withoutBlanks((Visit) fact);
          case CHARGE -> withoutBlanks((Charge) fact);
          case REJECTION -> withoutBlanks((Rejection) fact);
          case NOTE -> withoutBlanks((Note) fact);
          case DECISION -> withoutBlanks((Decision) fact);
          case TRANSMISSION, FEED -> fact;
        };
  }

  private static Visit withoutBlanks(Visit visit) {
    return anyBlank(
            visit.getCaseId(),
            visit.getPosCode(),
            visit.getDocumentingTherapistId(),
            visit.getPayerId())
        ? Visit.newBuilder(visit)
            .setCaseId(present(visit.getCaseId()))
            .setPosCode(present(visit.getPosCode()))
            .setDocumentingTherapistId(present(visit.getDocumentingTherapistId()))
            .setPayerId(present(visit.getPayerId()))
            .build()
        : visit;
  }

  private static Charge withoutBlanks(Charge charge) {
    return anyBlank(
            charge.getOriginalChargeId(),
            charge.getEmrVisitId(),
            charge.getBillingVisitId(),
            charge.getBillingProviderId(),
            charge.getPayerId())
        ? Charge.newBuilder(charge)
            .setOriginalChargeId(present(charge.getOriginalChargeId()))
            .setEmrVisitId(present(charge.getEmrVisitId()))
            .setBillingVisitId(present(charge.getBillingVisitId()))
            .setBillingProviderId(present(charge.getBillingProviderId()))
            .setPayerId(present(charge.getPayerId()))
            .build()
        : charge;
  }

  private static Rejection withoutBlanks(Rejection rejection) {
    return anyBlank(rejection.getCaseId(), rejection.getEmrVisitId(), rejection.getLocationId())
        ? Rejection.newBuilder(rejection)
            .setCaseId(present(rejection.getCaseId()))
            .setEmrVisitId(present(rejection.getEmrVisitId()))
            .setLocationId(present(rejection.getLocationId()))
            .build()
        : rejection;
  }

  private static Note withoutBlanks(Note note) {
    return anyBlank(note.getPosCode(), note.getTherapistId())
        ? Note.newBuilder(note)
            .setPosCode(present(note.getPosCode()))
            .setTherapistId(present(note.getTherapistId()))
            .build()
        : note;
  }

  private static Decision withoutBlanks(Decision decision) {
    return anyBlank(decision.getAssignee())
        ? Decision.newBuilder(decision).setAssignee(null).build()
        : decision;
  }

  private static void check(Checks checks, Visit visit) {
    checks.envelope(visit.getTenant(), visit.getEventId(), visit.getOccurredAt());
    checks.text("visitId", visit.getVisitId());
    checks.whole("revision", visit.getRevision(), MOST_REVISIONS);
    checks.symbol("status", visit.getStatus(), VisitStatus.UNKNOWN);
    checks.text("patientKey", visit.getPatientKey());
    checks.optional("caseId", visit.getCaseId());
    checks.text("clinicId", visit.getClinicId());
    checks.optional("posCode", visit.getPosCode());
    checks.date("dateOfService", visit.getDateOfService());
    checks.instant("finalizedAt", visit.getFinalizedAt());
    checks.notAhead("finalizedOn", visit.getFinalizedOn(), visit.getOccurredAt());
    checks.text("therapistId", visit.getTherapistId());
    checks.optional("documentingTherapistId", visit.getDocumentingTherapistId());
    checks.symbol("noteType", visit.getNoteType(), NoteType.UNKNOWN);
    checks.optional("payerId", visit.getPayerId());
    checks.symbol("noCharge", visit.getNoCharge(), NoCharge.UNKNOWN);
    List<VisitLine> lines = visit.getLines();
    checks.atMost("lines", lines.size(), MOST_LINES);
    for (int i = 0; i < lines.size(); i++) {
      VisitLine line = lines.get(i);
      checks.text("lines.cpt", line.getCpt());
      checks.modifiers("lines.modifiers", line.getModifiers());
      checks.whole("lines.units", line.getUnits(), MOST_UNITS);
      checks.amount("lines.amountCents", line.getAmountCents());
    }
  }

  private static void check(Checks checks, Charge charge) {
    checks.envelope(charge.getTenant(), charge.getEventId(), charge.getOccurredAt());
    checks.text("chargeId", charge.getChargeId());
    checks.optional("originalChargeId", charge.getOriginalChargeId());
    checks.symbol("status", charge.getStatus(), ChargeStatus.UNKNOWN);
    checks.instant("updatedAt", charge.getUpdatedAt());
    checks.text("patientKey", charge.getPatientKey());
    checks.optional("emrVisitId", charge.getEmrVisitId());
    checks.optional("billingVisitId", charge.getBillingVisitId());
    checks.text("locationId", charge.getLocationId());
    checks.date("dateOfService", charge.getDateOfService());
    checks.instant("createdAt", charge.getCreatedAt());
    checks.notAhead("createdOn", charge.getCreatedOn(), charge.getOccurredAt());
    checks.text("treatingProviderId", charge.getTreatingProviderId());
    checks.optional("billingProviderId", charge.getBillingProviderId());
    checks.text("cpt", charge.getCpt());
    checks.modifiers("modifiers", charge.getModifiers());
    checks.whole("units", charge.getUnits(), MOST_UNITS);
    checks.amount("amountCents", charge.getAmountCents());
    checks.optional("payerId", charge.getPayerId());
    if (charge.getOrigin() != null) {
      checks.symbol("origin", charge.getOrigin(), ChargeOrigin.UNKNOWN);
    }
  }

  private static void check(Checks checks, Rejection rejection) {
    checks.envelope(rejection.getTenant(), rejection.getEventId(), rejection.getOccurredAt());
    checks.name("rejectionId", rejection.getRejectionId());
    checks.symbol("type", rejection.getType(), RejectionType.UNKNOWN);
    checks.symbol("status", rejection.getStatus(), RejectionStatus.UNKNOWN);
    checks.instant("at", rejection.getAt());
    checks.text("reasonCode", rejection.getReasonCode());
    checks.text("patientKey", rejection.getPatientKey());
    checks.optional("caseId", rejection.getCaseId());
    checks.optional("emrVisitId", rejection.getEmrVisitId());
    checks.date("dateOfService", rejection.getDateOfService());
    checks.optional("locationId", rejection.getLocationId());
  }

  private static void check(Checks checks, Transmission transmission) {
    checks.envelope(
        transmission.getTenant(), transmission.getEventId(), transmission.getOccurredAt());
    checks.text("visitId", transmission.getVisitId());
    checks.text("patientKey", transmission.getPatientKey());
    checks.symbol("kind", transmission.getKind(), TransmissionKind.UNKNOWN);
    checks.instant("at", transmission.getAt());
    checks.symbol("status", transmission.getStatus(), TransmissionStatus.UNKNOWN);
  }

  private static void check(Checks checks, Note note) {
    checks.envelope(note.getTenant(), note.getEventId(), note.getOccurredAt());
    checks.text("noteId", note.getNoteId());
    checks.text("patientKey", note.getPatientKey());
    checks.text("clinicId", note.getClinicId());
    checks.optional("posCode", note.getPosCode());
    checks.date("dateOfService", note.getDateOfService());
    checks.optional("therapistId", note.getTherapistId());
    checks.symbol("status", note.getStatus(), NoteStatus.UNKNOWN);
    checks.instant("at", note.getAt());
  }

  /** Returns why a date is out of range; null if it is not. */
  static @Nullable String dateProblem(LocalDate date) {
    return date.getYear() < FIRST_YEAR || date.getYear() > LAST_YEAR
        ? "is not a date between the years 1900 and 2199"
        : null;
  }

  private static void check(Checks checks, Decision decision) {
    checks.envelope(decision.getTenant(), decision.getEventId(), decision.getOccurredAt());
    checks.text("patientKey", decision.getPatientKey());
    checks.name("visit", decision.getVisit());
    checks.text("kind", decision.getKind());
    checks.text("location", decision.getLocation());
    checks.date("date", decision.getDate());
    checks.symbol("action", decision.getAction(), DecisionAction.UNKNOWN);
    checks.optional("assignee", decision.getAssignee());
    checks.text("decidedBy", decision.getDecidedBy());
    if (!Reasons.isOfVisits(decision.getKind())) {
      checks.fail("kind", "is not a kind of discrepancy that a visit can have");
    } else if (VisitDecisions.isAboutAcceptance(decision)
        && !Reasons.isAcceptable(decision.getKind())) {
      checks.fail(
          "kind",
          "cannot be accepted; decide about the kind that was accepted or the kind it is now");
    }
    if ((decision.getReason() != null) != (decision.getAction() == DecisionAction.ACCEPTED)) {
      checks.fail("reason", "is required with ACCEPTED and not allowed otherwise");
    } else if (decision.getReason() != null) {
      checks.symbol("reason", decision.getReason(), AcceptanceReason.UNKNOWN);
    }
    if ((decision.getAssignee() != null) != (decision.getAction() == DecisionAction.ASSIGNED)) {
      checks.fail("assignee", "is required with ASSIGNED and not allowed otherwise");
    }
  }

  private static void check(Checks checks, Feed feed) {
    checks.envelope(feed.getTenant(), feed.getEventId(), feed.getOccurredAt());
    checks.symbol("source", feed.getSource(), FeedSource.UNKNOWN);
    checks.instant("completeUntil", feed.getCompleteUntil());
  }

  private static boolean anyBlank(@Nullable String... texts) {
    for (String text : texts) {
      if (text != null && isBlank(text)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String present(@Nullable String text) {
    return text == null || isBlank(text) ? null : text;
  }

  /** Remembers the first problem. */
  private static final class Checks {
    private final Instant latest;
    private @Nullable Problem found;

    Checks(Instant knownAt) {
      this.latest = Instants.plus(knownAt, AHEAD);
    }

    void envelope(String tenant, String eventId, Instant occurredAt) {
      text("tenant", tenant);
      name("eventId", eventId);
      instant("occurredAt", occurredAt);
    }

    void text(String field, String value) {
      text(field, value, LONGEST);
    }

    /** A text that may be longer than others, for it is made of several. */
    void name(String field, String value) {
      text(field, value, LONGEST_NAME);
    }

    private void text(String field, String value, int longest) {
      if (isBlank(value)) {
        fail(field, "is missing");
      } else {
        content(field, value, longest);
      }
    }

    void optional(String field, @Nullable String value) {
      if (value != null) {
        content(field, value, LONGEST);
      }
    }

    void modifiers(String field, List<String> modifiers) {
      atMost(field, modifiers.size(), MOST_MODIFIERS);
      for (int i = 0; i < modifiers.size(); i++) {
        content(field, modifiers.get(i), LONGEST);
      }
    }

    private void content(String field, String value, int longest) {
      if (value.length() > longest && value.codePointCount(0, value.length()) > longest) {
        fail(field, "is longer than " + longest + " characters");
      }
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c < ' ' || c == DELETE) {
          fail(field, "has a control character, such as a line break");
        } else if (Character.isSurrogate(c)) {
          boolean isPair =
              i + 1 < value.length() && Character.isSurrogatePair(c, value.charAt(i + 1));
          if (!isPair) {
            fail(field, "has half of a surrogate pair");
          }
          i++;
        }
      }
    }

    void atMost(String field, int size, int most) {
      if (size > most) {
        fail(field, "has more than " + most);
      }
    }

    void whole(String field, long value, long most) {
      if (value < 0 || value > most) {
        fail(field, "is not a whole number from 0 to " + most);
      }
    }

    void amount(String field, @Nullable Long cents) {
      if (cents != null) {
        whole(field, cents, MOST_CENTS);
      }
    }

    void date(String field, @Nullable LocalDate value) {
      String reason = value == null ? null : dateProblem(value);
      if (reason != null) {
        fail(field, reason);
      }
    }

    void instant(String field, Instant value) {
      if (value.isBefore(EARLIEST) || value.isAfter(LATEST)) {
        fail(field, "is not between the years 1900 and 2199");
      } else if (value.isAfter(latest)) {
        fail(field, "is more than 2 days after the fact became known");
      }
    }

    void notAhead(String field, LocalDate date, Instant occurredAt) {
      date(field, date);
      long recorded = Math.floorDiv(occurredAt.getEpochSecond(), SECONDS_A_DAY);
      if (date.toEpochDay() - recorded > DAYS_AHEAD) {
        fail(field, "is more than 2 days after the date of occurredAt");
      }
    }

    <E extends Enum<E>> void symbol(String field, E value, E unknown) {
      if (value == unknown) {
        StringBuilder wanted = new StringBuilder();
        for (E symbol : value.getDeclaringClass().getEnumConstants()) {
          if (symbol != unknown) {
            wanted.append(wanted.isEmpty() ? "" : ", ").append(symbol);
          }
        }
        fail(field, "is not one of " + wanted);
      }
    }

    private void fail(String field, String reason) {
      if (found == null) {
        found = new Problem(field, reason);
      }
    }
  }
}
