package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
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
    if (fact instanceof Charge charge) {
      return index.add(charge);
    } else if (fact instanceof Visit visit) {
      return add(visit);
    } else if (fact instanceof Transmission transmission) {
      return add(transmission);
    } else if (fact instanceof Rejection rejection) {
      return add(rejection);
    } else if (fact instanceof Note note) {
      return add(note);
    } else if (fact instanceof Decision decision) {
      return add(decision);
    }
    throw new IllegalArgumentException(
        "not a fact about a patient: " + fact.getClass().getSimpleName());
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
    if (after != before) {
      store.putDecisions(after);
      VisitDecisions.dates(fact.getVisit(), store).forEach(index::touch);
    }
    return after.size() > before.size();
  }

  private boolean add(Rejection fact) {
    List<RejectionRegister> rejections = new ArrayList<>(store.rejections());
    RejectionRegister old = null;
    for (RejectionRegister register : rejections) {
      if (register.getStanding().getRejectionId().equals(fact.getRejectionId())) {
        old = register;
      }
    }
    RejectionRegister register = Registers.add(old, fact);
    if (old != null) {
      rejections.remove(old);
    }
    rejections.add(register);
    rejections.sort(Attachment.WALK);
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

  /** Returns whether an entity already has a fact in force. */
  public boolean knows(SpecificRecord fact) {
    if (fact instanceof Charge charge) {
      return index.knows(charge);
    } else if (fact instanceof Visit visit) {
      return index.file(visit.getVisitId()).getVisit() != null;
    } else if (fact instanceof Note note) {
      return index.file(note.getNoteId()).getNote() != null;
    } else if (fact instanceof Transmission transmission) {
      return index.file(transmission.getVisitId()).getTransmissions().stream()
          .anyMatch(known -> known.getKind() == transmission.getKind());
    } else if (fact instanceof Decision decision) {
      return store.decisions().stream()
          .anyMatch(known -> VisitDecisions.BY_WHAT.compare(known, decision) == 0);
    }
    String rejectionId = ((Rejection) fact).getRejectionId();
    return store.rejections().stream()
        .anyMatch(known -> known.getStanding().getRejectionId().equals(rejectionId));
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
