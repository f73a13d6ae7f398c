package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.Visit;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitFile;
import org.visitbalance.state.VisitRegister;

/**
 * Takes the facts of one patient of one tenant, one at a time and in any order, stores those in
 * force, and tracks which dates of service they touched: only these have to be evaluated again
 * ({@link DateJudge}).
 */
public final class PatientLedger {
  private final PatientIndex index;
  private final PatientStore store;
  private final TenantSettings settings;

  /**
   * Creates a ledger over a patient's entries; it holds nothing itself except the touched dates.
   */
  public PatientLedger(PatientStore store, TenantSettings settings) {
    this.store = store;
    this.settings = settings;
    this.index = new PatientIndex(store, settings);
  }

  /** Returns the dates of service touched since the last call. */
  public Set<LocalDate> takeTouched() {
    return index.takeTouched();
  }

  /**
   * Takes a valid fact about this patient.
   *
   * @return whether its entity is new; if it is not, the fact itself or the one it replaces is
   *     superseded
   */
  public boolean add(SpecificRecord fact) {
    return switch (FactKind.of(fact)) {
      case CHARGE -> index.add((Charge) fact);
      case VISIT -> add((Visit) fact);
      case TRANSMISSION -> add((Transmission) fact);
      case REJECTION -> add((Rejection) fact);
      case NOTE -> add((Note) fact);
      case DECISION -> add((Decision) fact);
      case FEED -> throw new IllegalArgumentException("not a fact about a patient: Feed");
    };
  }

  private boolean add(Visit fact) {
    VisitFile file = index.file(fact.getVisitId());
    VisitRegister register = Registers.add(file.getVisit(), fact);
    index.put(
        new VisitFile(
            file.getVisitId(),
            register,
            file.getNote(),
            file.getTransmissions(),
            file.getCharges()));
    if (file.getVisit() == null) {
      // Links to it have an effect from now on.
      Links.of(store).chainsOf(fact.getVisitId()).forEach(index::touchLinked);
    }
    return file.getVisit() == null;
  }

  private boolean add(Note fact) {
    VisitFile file = index.file(fact.getNoteId());
    if (Registers.replaces(file.getNote(), fact)) {
      index.put(
          new VisitFile(
              file.getVisitId(),
              file.getVisit(),
              fact,
              file.getTransmissions(),
              file.getCharges()));
    }
    return file.getNote() == null;
  }

  private boolean add(Transmission fact) {
    VisitFile file = index.file(fact.getVisitId());
    List<Transmission> standing = Registers.add(file.getTransmissions(), fact);
    if (standing != file.getTransmissions()) {
      index.put(
          new VisitFile(
              file.getVisitId(), file.getVisit(), file.getNote(), standing, file.getCharges()));
    }
    return standing.size() > file.getTransmissions().size();
  }

  /** Adds a decision. It may arrive before its visit, which then touches its date itself. */
  private boolean add(Decision fact) {
    List<Decision> before = store.decisions();
    List<Decision> after = Registers.add(before, fact);
    if (after != before && VisitDecisions.isLink(fact)) {
      index.touchLinked(Links.chain(fact));
      store.putDecisions(after);
      index.touchLinked(Links.chain(fact));
      index.loosen();
    } else if (after != before) {
      store.putDecisions(after);
      VisitDecisions.dates(fact, store).forEach(index::touch);
    }
    return after.size() > before.size();
  }

  private boolean add(Rejection fact) {
    List<RejectionRegister> rejections = new ArrayList<>(store.rejections());
    RejectionRegister old = null;
    for (RejectionRegister register : rejections) {
      if (FactKind.REJECTION.isOneEntity(register.getStanding(), fact)) {
        old = register;
      }
    }
    RejectionRegister register = Registers.add(old, fact);
    if (old != null) {
      rejections.remove(old);
    }
    int position = Collections.binarySearch(rejections, register, Attachment.WALK);
    rejections.add(position < 0 ? -position - 1 : position, register);
    store.putRejections(rejections);
    if (old == null) {
      touch(register, rejections);
    } else if (!register.equals(old)) {
      // Also what it no longer holds: it opened later than assumed, or was cleared.
      touch(register, rejections);
      touch(old, rejections);
    }
    return old == null;
  }

  private void touch(RejectionRegister register, List<RejectionRegister> all) {
    Rejection rejection = register.getStanding();
    if (rejection.getType() == RejectionType.CHARGE) {
      touchNamed(rejection);
    } else if (rejection.getType() != RejectionType.PAYMENT) {
      for (String visitId : store.sentSince(reach(register, all))) {
        VisitRegister visit = index.file(visitId).getVisit();
        if (visit != null && visit.getFirstFinalized().isBefore(Attachment.until(register))) {
          index.touch(visit.getStanding().getDateOfService());
        }
      }
    }
  }

  private void touchNamed(Rejection rejection) {
    if (rejection.getEmrVisitId() != null) {
      VisitRegister visit = index.file(rejection.getEmrVisitId()).getVisit();
      if (visit != null) {
        index.touch(visit.getStanding().getDateOfService());
      }
    } else if (rejection.getDateOfService() != null) {
      index.touch(rejection.getDateOfService());
    }
  }

  /**
   * Returns the earliest moment from which a visit's charge may be awaited for a PATIENT or CASE
   * rejection to be attached to it: heldWithin before the rejection, and further back as far as
   * other rejections lead.
   */
  private Instant reach(RejectionRegister register, List<RejectionRegister> all) {
    Instant reach = Instants.minus(Attachment.from(register), settings.heldWithin);
    for (int i = all.size() - 1; i >= 0; i--) {
      RejectionRegister other = all.get(i);
      if (other.getStanding().getType() != RejectionType.PAYMENT
          && !Attachment.until(other).isBefore(reach)) {
        if (other.getStanding().getType() == RejectionType.CHARGE) {
          touchNamed(other.getStanding());
        } else {
          reach =
              Instants.earlier(reach, Instants.minus(Attachment.from(other), settings.heldWithin));
        }
      }
    }
    return reach;
  }

  /** Returns whether dates that were bound to each other may not be any more. */
  boolean isLoosened() {
    return index.isLoosened();
  }

  /** Returns the fact in force about the entity of a fact, or null. */
  @Nullable SpecificRecord standing(SpecificRecord fact) {
    FactKind kind = FactKind.of(fact);
    return switch (kind) {
      case CHARGE -> index.standing((Charge) fact);
      case VISIT -> {
        VisitRegister register = index.file(((Visit) fact).getVisitId()).getVisit();
        yield register == null ? null : register.getStanding();
      }
      case NOTE -> index.file(((Note) fact).getNoteId()).getNote();
      case TRANSMISSION ->
          find(kind, index.file(((Transmission) fact).getVisitId()).getTransmissions(), fact);
      case DECISION -> find(kind, store.decisions(), fact);
      case REJECTION -> {
        for (RejectionRegister register : store.rejections()) {
          if (kind.isOneEntity(register.getStanding(), fact)) {
            yield register.getStanding();
          }
        }
        yield null;
      }
      case FEED -> throw new IllegalArgumentException("not a fact about a patient: Feed");
    };
  }

  private static @Nullable SpecificRecord find(
      FactKind kind, List<? extends SpecificRecord> standing, SpecificRecord fact) {
    for (SpecificRecord one : standing) {
      if (kind.isOneEntity(one, fact)) {
        return one;
      }
    }
    return null;
  }

  /** Puts all charges where they now belong after a change of settings; touches every date. */
  public void placeAgain() {
    index.placeAgain();
  }

  static @Nullable Transmission financial(VisitFile file) {
    List<Transmission> transmissions = file.getTransmissions();
    for (int i = 0; i < transmissions.size(); i++) {
      if (transmissions.get(i).getKind() == TransmissionKind.FINANCIAL) {
        return transmissions.get(i);
      }
    }
    return null;
  }
}
