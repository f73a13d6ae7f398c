package org.visitbalance.core;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.Judgement;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitFile;

/**
 * Evaluates what a patient has on a date of service: visits, billing-only visits and open notes.
 * Charges that are billing only because their visit id is unknown are evaluated with the smallest
 * date of service of their chains.
 */
public final class DateJudge {
  /** The prefix of the names of billing-only visits (contract.md#files). */
  static final String BILLING_ONLY = "billing:";

  /** Up to as many judgements, looking through them is faster than a map of them. */
  private static final int FEW = 16;

  private final String tenant;
  private final String patientKey;
  private final PatientStore store;
  private final TenantSettings settings;
  private final Tokens tokens;
  private final VisitJudge visitJudge;

  /** What was last reported for the date being evaluated. */
  private List<Judgement> said = List.of();

  /** The tokens of many judgements by name; null until needed. */
  private @Nullable Map<String, String> tokensByName;

  /** Whether the patient has an open note on a date, as far as it was needed for this date. */
  private final Map<LocalDate, Boolean> openNotes = new HashMap<>(0);

  /** Creates a judge for one patient's entries. */
  public DateJudge(
      String tenant,
      String patientKey,
      PatientStore store,
      TenantSettings settings,
      Tokens tokens) {
    this.tenant = tenant;
    this.patientKey = patientKey;
    this.store = store;
    this.settings = settings;
    this.tokens = tokens;
    this.visitJudge = new VisitJudge(tenant, tokens);
  }

  /**
   * Returns the dates to evaluate when some were touched: an open note can change the reason of
   * charges of an unknown visit that is evaluated on another date.
   */
  public Set<LocalDate> reach(Set<LocalDate> touched) {
    Set<LocalDate> reached = touched;
    for (LocalDate date : touched) {
      DateSheet sheet = store.sheet(date);
      if (sheet != null) {
        for (String visitId : sheet.getVisitIds()) {
          VisitFile file = file(visitId);
          if (file.getVisit() == null && !file.getCharges().isEmpty()) {
            List<Chain> chains = Chain.of(file.getCharges(), settings);
            if (!chains.isEmpty() && !touched.contains(Chain.firstDateOfService(chains))) {
              reached = reached == touched ? new HashSet<>(touched) : reached;
              reached.add(Chain.firstDateOfService(chains));
            }
          }
        }
      }
    }
    return reached;
  }

  /** Evaluates one date; the order of the judgements has no meaning. */
  public DateVerdict judge(LocalDate date, JudgingTime time) {
    DueTimes dueTimes = new DueTimes(time);
    DateSheet sheet = store.sheet(date);
    DateVerdict last = store.verdict(date);
    said = last == null ? List.of() : last.getJudgements();
    tokensByName = null;
    openNotes.clear();
    return dueTimes.verdict(sheet == null ? List.of() : judge(sheet, dueTimes));
  }

  private List<Judgement> judge(DateSheet sheet, DueTimes dueTimes) {
    LocalDate date = sheet.getDate();
    Links links = Links.of(store);
    List<Judgement> judgements = new ArrayList<>();
    List<Matching.MatchCandidate> visits = new ArrayList<>();
    for (String visitId : sheet.getVisitIds()) {
      VisitFile file = file(visitId);
      if (file.getVisit() == null) {
        judgeUnknown(file, date, links, dueTimes, judgements);
      } else if (file.getVisit().getStanding().getDateOfService().equals(date)) {
        List<Chain> own = Chain.of(file.getCharges(), settings);
        visits.add(new Matching.MatchCandidate(file, links.applied(visitId, own, settings)));
      }
      Note note = file.getNote();
      if (note != null && note.getDateOfService().equals(date) && isOpen(file)) {
        judgements.add(
            visitJudge.openNote(
                note, file.getVisit() != null, token(note.getNoteId()), settings, dueTimes));
      }
    }
    List<Group> left =
        Matching.place(Group.of(Chain.of(sheet.getCharges(), settings), links), visits);
    List<RejectionRegister> rejections = store.rejections();
    for (Matching.MatchCandidate candidate : visits) {
      String token = token(candidate.visit.getVisitId());
      judgements.add(
          visitJudge.judge(
              new VisitContext(token, settings, dueTimes, candidate, rejections),
              decisions(candidate.visit.getVisitId()),
              () -> false));
    }
    for (Group group : left) {
      judgeWithoutVisit(
          name(group.name(), group.whole()),
          group.chains(),
          () -> hasOpenNote(group.chains()),
          dueTimes,
          judgements);
    }
    return judgements;
  }

  private void judgeUnknown(
      VisitFile file, LocalDate date, Links links, DueTimes dueTimes, List<Judgement> judgements) {
    List<Chain> whole = Chain.of(file.getCharges(), settings);
    if (!whole.isEmpty() && date.equals(Chain.firstDateOfService(whole))) {
      List<Chain> chains = links.unlinked(whole);
      judgeWithoutVisit(
          name(file.getVisitId(), whole),
          chains,
          () -> isOpen(file) || hasOpenNote(chains),
          dueTimes,
          judgements);
    }
  }

  /** Returns the full name of a billing-only visit: as if none of its chains were linked. */
  private static String name(String groupedBy, List<Chain> whole) {
    return BILLING_ONLY + groupedBy + "@" + Chain.firstDateOfService(whole);
  }

  private void judgeWithoutVisit(
      String name,
      List<Chain> chains,
      BooleanSupplier hasOpenNote,
      DueTimes dueTimes,
      List<Judgement> judgements) {
    if (chains.stream().anyMatch(chain -> chain.live)) {
      judgements.add(
          visitJudge.judge(
              new VisitContext(name, token(name), settings, dueTimes, chains),
              decisions(name),
              hasOpenNote));
    }
  }

  /** Returns whether the patient has an open note on the date of one of the billing chains. */
  private boolean hasOpenNote(List<Chain> chains) {
    for (Chain chain : chains) {
      if (chain.bills() && openNotes.computeIfAbsent(chain.dateOfService(), this::hasOpenNote)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasOpenNote(LocalDate date) {
    DateSheet sheet = store.sheet(date);
    if (sheet != null) {
      for (String visitId : sheet.getVisitIds()) {
        VisitFile file = file(visitId);
        if (isOpen(file)
            && Objects.requireNonNull(file.getNote()).getDateOfService().equals(sheet.getDate())) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns whether a note is open and there is no FINALIZED visit with its id. */
  private static boolean isOpen(VisitFile file) {
    return file.getNote() != null
        && file.getNote().getStatus() == NoteStatus.OPEN
        && (file.getVisit() == null
            || file.getVisit().getStanding().getStatus() != VisitStatus.FINALIZED);
  }

  private VisitFile file(String visitId) {
    return Objects.requireNonNull(store.file(visitId));
  }

  private VisitDecisions decisions(String name) {
    return VisitDecisions.about(name, store.decisions());
  }

  /**
   * Returns the token of a name; most are taken from what was last reported, since computing one
   * takes time.
   */
  private String token(String name) {
    if (said.size() > FEW) {
      if (tokensByName == null) {
        tokensByName = new HashMap<>();
        for (Judgement judgement : said) {
          tokensByName.put(judgement.getName(), judgement.getToken());
        }
      }
      String known = tokensByName.get(name);
      return known != null ? known : tokens.visit(tenant, patientKey, name);
    }
    for (int i = 0; i < said.size(); i++) {
      if (said.get(i).getName().equals(name)) {
        return said.get(i).getToken();
      }
    }
    return tokens.visit(tenant, patientKey, name);
  }
}
