package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Visit;

/**
 * What every fact has, whatever its kind, and the one form in which a fact without some text is
 * kept.
 */
public final class Facts {
  /** Decisions of a tenant; those about the same thing compare as equal, and only one can stand. */
  public static final Comparator<Decision> BY_WHAT_IS_DECIDED =
      Comparator.comparing(Decision::getPatientKey, CodePoints.ORDER)
          .thenComparing(VisitDecisions.BY_WHAT);

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

  /**
   * Returns what a fact is about, within its kind, tenant and patient; for a decision its event id.
   */
  public static String entity(SpecificRecord fact) {
    FactKind kind = FactKind.of(fact);
    return switch (kind) {
      case DECISION -> kind.eventId(fact);
      case FEED -> kind.keyPart(fact).toString();
      default -> kind.entityName(fact);
    };
  }

  /** Returns whether the first of two facts about the same stands (rules.md#registers). */
  public static boolean stands(SpecificRecord fact, SpecificRecord old) {
    return Registers.stands(FactKind.of(fact), fact, old);
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
    return anyBlank(decision.getAssignee(), decision.getChain())
        ? Decision.newBuilder(decision)
            .setAssignee(present(decision.getAssignee()))
            .setChain(present(decision.getChain()))
            .build()
        : decision;
  }

  /** Returns the decision; a link has what is the same in every link, if its source left it out. */
  public static Decision withLinkFields(Decision link) {
    if (!VisitDecisions.isLink(link) || link.getOccurredAt() == null) {
      return link;
    }
    return new Decision(
        link.getTenant(),
        link.getEventId(),
        link.getOccurredAt(),
        link.getPatientKey(),
        link.getVisit(),
        link.getKind() == null ? VisitDecisions.LINK : link.getKind(),
        link.getLocation() == null ? VisitDecisions.NOWHERE : link.getLocation(),
        link.getDate() == null ? businessDate(link) : link.getDate(),
        link.getAction(),
        link.getReason(),
        link.getAssignee(),
        link.getDecidedBy(),
        link.getChain());
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
}
