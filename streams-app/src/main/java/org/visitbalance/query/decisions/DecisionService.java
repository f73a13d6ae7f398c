package org.visitbalance.query.decisions;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.core.Reasons;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.platform.Sha256;
import org.visitbalance.query.lists.LinkableCharges;
import org.visitbalance.query.model.Flat;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;
import org.visitbalance.topology.Keys;

/**
 * From what somebody wants to the facts that say so. A fact is about a visit by its name, which
 * only the tables know, and is said later than all that was said before of the same patients,
 * whatever another instance's clock says.
 */
final class DecisionService {
  /** What became of a wish. */
  enum Outcome {
    TAKEN,
    /** It is so already. */
    ALREADY,
    REJECTED
  }

  /**
   * What a wish says, if it is not said again.
   *
   * @param idle why it would have no effect if this is the first time; null if it has one
   */
  private record Said(int answer, List<Decision> facts, AccessEntry entry, @Nullable String idle) {}

  /** A wish and what became of it. */
  record Answer(DecisionRequest wanted, Outcome outcome) {}

  private record Found(
      String level,
      String kind,
      String status,
      String location,
      @Nullable LocalDate date,
      @Nullable String visit,
      @Nullable String accepted,
      @Nullable String assignee,
      @Nullable String before,
      @Nullable String patientKey,
      @Nullable String name,
      boolean hasLeft) {
    boolean isOpen() {
      return status.equals("OPEN");
    }
  }

  /**
   * What is known of a visit that charges are linked to.
   *
   * @param isOfEmr whether the EMR has it; else it is billing only
   * @param chains the patient's chains
   * @param links the visits that these are linked to
   */
  private record Target(
      String visit,
      String patientKey,
      String name,
      boolean isOfEmr,
      boolean hasLeft,
      Set<String> chains,
      Map<String, String> links) {}

  private static final int EVENT_DIGITS = 32;
  private static final String NOT_ACCEPTED =
      "Nobody has accepted this, so there is nothing to withdraw. If you have just accepted it, try"
          + " again in a moment.";
  private static final String TWICE =
      "This request decides about it twice, in different ways. Only the first decision counts; send"
          + " the other one by itself.";

  private final Handle handle;
  private final RequestContext call;
  private final String request;
  private final Instant now;
  private final Map<String, Found> found = new HashMap<>();
  private final Map<String, Target> targets = new HashMap<>();
  private final List<Said> said = new ArrayList<>();

  /**
   * What this request has taken, by what it is about: of two of one moment, chance would choose.
   */
  private final Map<Decision, DecisionRequest> taken = new TreeMap<>(Facts.BY_WHAT_IS_DECIDED);

  final List<Answer> answers = new ArrayList<>();
  final List<Decision> facts = new ArrayList<>();
  final List<AccessEntry> entries = new ArrayList<>();

  private DecisionService(Handle handle, RequestContext call, String request, Instant now) {
    this.handle = handle;
    this.call = call;
    this.request = request;
    this.now = now;
  }

  /**
   * Looks up and checks what is wanted.
   *
   * @param request names the request: the same one, sent again, decides nothing again
   */
  static DecisionService of(
      Handle handle,
      RequestContext call,
      List<DecisionRequest> wanted,
      String request,
      InstantSource time) {
    DecisionService decisions = new DecisionService(handle, call, request, time.instant());
    decisions.find(wanted);
    decisions.findTargets(wanted);
    Instant at = decisions.after();
    wanted.forEach(one -> decisions.decide(one, at));
    decisions.say();
    return decisions;
  }

  private void find(List<DecisionRequest> wanted) {
    Set<String> ids = new HashSet<>();
    wanted.forEach(one -> ids.add(String.valueOf(one.discrepancy())));
    new Sql(call.scope())
        .add("select d.id, d.level, d.kind, d.status, d.location, d.on_date, d.visit,")
        .add(" d.accepted_because, d.assignee, d.before, ids.patient_key, ids.name,")
        .add(" d.left_at is not null")
        .add(" from {discrepancy d} left join visit_ids ids")
        .add(" on ids.tenant = d.tenant and ids.visit = d.visit")
        .add(" where d.tenant = ?", call.tenant())
        .in("d.record_key", ids)
        .on(handle)
        .map(
            (row, context) ->
                found.put(
                    row.getString(1),
                    new Found(
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getObject(6, LocalDate.class),
                        row.getString(7),
                        row.getString(8),
                        row.getString(9),
                        row.getString(10),
                        row.getString(11),
                        row.getString(12),
                        row.getBoolean(13))))
        .list();
  }

  /** A moment after every decision about these patients: the latest word stands. */
  private Instant after() {
    Set<String> patients = new HashSet<>();
    found.values().stream()
        .map(Found::patientKey)
        .filter(key -> key != null)
        .forEach(patients::add);
    targets.values().forEach(target -> patients.add(target.patientKey));
    if (patients.isEmpty()) {
      return now;
    }
    OffsetDateTime last =
        new Sql(call.scope())
            .add("select max(at) from event where tenant = ?", call.tenant())
            .in("patient_key", patients)
            .add(" and kind = 'DECISION'")
            .on(handle)
            .map((row, context) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
            .one()
            .orElse(null);
    Instant least = last == null ? now : last.toInstant().plus(1, ChronoUnit.MICROS);
    return least.isAfter(now) ? least : now;
  }

  /** The visit of a link: it is named itself, or by one of its discrepancies. */
  private @Nullable String target(DecisionRequest wanted) {
    if (wanted.visit() != null) {
      return wanted.visit();
    }
    Found about = found.get(String.valueOf(wanted.discrepancy()));
    return about == null ? null : about.visit;
  }

  private void findTargets(List<DecisionRequest> wanted) {
    Set<String> visits = new HashSet<>();
    for (DecisionRequest one : wanted) {
      String visit = one.isLink() && one.problem() == null ? target(one) : null;
      if (visit != null) {
        visits.add(visit);
      }
    }
    for (String visit : visits) {
      new Sql(call.scope())
          .add("select ids.patient_key, ids.name, v.finalized_on is not null,")
          .add(" exists (select 1 from {*discrepancy d} where d.tenant = ids.tenant")
          .add(" and d.visit = ids.visit and d.left_at is not null)")
          .add(" from {visit_ids ids} join {visit v}")
          .add(" on v.tenant = ids.tenant and v.visit = ids.visit")
          .add(" where ids.tenant = ? and ids.visit = ?", call.tenant(), visit)
          .on(handle)
          .map(
              (row, context) ->
                  new Target(
                      visit,
                      row.getString(1),
                      row.getString(2),
                      row.getBoolean(3),
                      row.getBoolean(4),
                      chains(row.getString(1)),
                      LinkableCharges.links(handle, call.tenant(), row.getString(1))))
          .findOne()
          .ifPresent(target -> targets.put(visit, target));
    }
  }

  private Set<String> chains(String patientKey) {
    Set<String> chains = new HashSet<>();
    new Sql(call.scope())
        .add("select distinct chain, location from event where tenant = ?", call.tenant())
        .add(" and patient_key = ? and kind = 'CHARGE' and chain is not null", patientKey)
        .on(handle)
        .map((row, context) -> call.scope().sees(row.getString(2)) && chains.add(row.getString(1)))
        .list();
    return chains;
  }

  private void link(DecisionRequest wanted, Instant at) {
    Target to = targets.get(String.valueOf(target(wanted)));
    String charge = String.valueOf(wanted.charge());
    String problem = wanted.problem() != null ? wanted.problem() : problem(wanted, to);
    if (problem != null || to == null) {
      answers.add(new Answer(wanted.but(String.valueOf(problem)), Outcome.REJECTED));
    } else if (wanted.action() == DecisionAction.LINKED && to.name.equals(to.links.get(charge))) {
      answers.add(new Answer(wanted, Outcome.ALREADY));
    } else {
      Decision fact =
          Decision.newBuilder()
              .setTenant(call.tenant())
              .setEventId(eventId(wanted, to.visit + "\n" + charge))
              .setOccurredAt(at)
              .setPatientKey(to.patientKey)
              .setVisit(to.name)
              .setKind(DecisionAction.LINKED.name())
              .setLocation("-")
              .setDate(LocalDate.ofInstant(at, ZoneOffset.UTC))
              .setAction(Objects.requireNonNull(wanted.action()))
              .setDecidedBy(call.caller().user())
              .setChain(charge)
              .build();
      take(wanted, List.of(fact), entry(wanted, to.visit, at), null);
    }
  }

  private static @Nullable String problem(DecisionRequest wanted, @Nullable Target to) {
    if (to == null) {
      return "No visit has this token, or it is not available yet.";
    } else if (!to.isOfEmr) {
      return "Charges can only be linked to a visit of the EMR. This one is billing only.";
    } else if (to.hasLeft) {
      return "The visit is older than the service keeps visits, so nothing can be decided about it.";
    } else if (!to.chains.contains(String.valueOf(wanted.charge()))) {
      return "No charge of this patient has this ID.";
    } else if (wanted.action() == DecisionAction.UNLINKED
        && !to.name.equals(to.links.get(String.valueOf(wanted.charge())))) {
      return "The charge is not linked to this visit.";
    }
    return null;
  }

  private void decide(DecisionRequest wanted, Instant at) {
    if (wanted.isLink()) {
      link(wanted, at);
      return;
    }
    Found about = found.get(String.valueOf(wanted.discrepancy()));
    String problem = wanted.problem() != null ? wanted.problem() : problem(wanted, about);
    if (problem != null || about == null) {
      answers.add(new Answer(wanted.but(String.valueOf(problem)), Outcome.REJECTED));
    } else if (isSo(wanted, about)) {
      answers.add(new Answer(wanted, Outcome.ALREADY));
    } else {
      take(wanted, about, at);
    }
  }

  private static @Nullable String problem(DecisionRequest wanted, @Nullable Found about) {
    if (about == null) {
      return "No discrepancy has this ID.";
    } else if (!about.level.equals("VISIT")) {
      return "A day or location cannot be decided directly. Decide on the discrepancies of its visits.";
    } else if (about.patientKey == null || about.name == null || about.date == null) {
      return "The visit is not available yet. Try again in a moment.";
    }
    if (about.hasLeft) {
      return "The visit is older than the service keeps visits, so nothing can be decided about it.";
    }
    boolean accepts = wanted.action() == DecisionAction.ACCEPTED;
    if (accepts && !Reasons.isAcceptable(about.kind)) {
      return "This cannot be accepted. Accept the new discrepancy, work it, or withdraw the acceptance.";
    } else if (accepts && !about.isOpen() && about.accepted == null) {
      return "The discrepancy is already resolved.";
    } else if (wanted.action() == DecisionAction.ASSIGNED && !about.isOpen()) {
      return "The discrepancy is already resolved, so it cannot be assigned.";
    }
    return null;
  }

  /** Whether the tables say already what is wanted. */
  private static boolean isSo(DecisionRequest wanted, Found about) {
    return switch (Objects.requireNonNull(wanted.action())) {
      case ACCEPTED -> String.valueOf(wanted.reason()).equals(about.accepted);
      case ASSIGNED -> String.valueOf(wanted.assignee()).equals(about.assignee);
      case WITHDRAWN, RELEASED, LINKED, UNLINKED, UNKNOWN -> false;
    };
  }

  private void take(DecisionRequest wanted, Found about, Instant at) {
    List<Decision> made = new ArrayList<>();
    for (String kind : kinds(wanted, about)) {
      made.add(fact(wanted, about, kind, at));
    }
    boolean isIdle = wanted.action() == DecisionAction.WITHDRAWN && !isAccepted(about);
    take(wanted, made, entry(wanted, about.visit, at), isIdle ? NOT_ACCEPTED : null);
  }

  /**
   * Whether an acceptance stands, of a discrepancy that may have been resolved without it: it would
   * apply again if the discrepancy came back.
   */
  private boolean isAccepted(Found about) {
    if (about.accepted != null || about.kind.equals(Reasons.ACCEPTED_BUT_CHANGED)) {
      return true;
    }
    return new Sql(call.scope())
            .add("select what, detail from event where tenant = ?", call.tenant())
            .add(" and patient_key = ? and kind = 'DECISION'", String.valueOf(about.patientKey))
            .add(" and visit_name = ?", String.valueOf(about.name))
            .add(
                " and location = ? and business_date = ?",
                about.location,
                Objects.requireNonNull(about.date))
            .in("what", List.of(DecisionAction.ACCEPTED.name(), DecisionAction.WITHDRAWN.name()))
            .add(" order by at desc, record_key desc")
            .on(handle)
            .map(
                (row, context) ->
                    about.kind.equals(String.valueOf(row.getString(2)).split(" ", 2)[0])
                        ? row.getString(1)
                        : "")
            .stream()
            .filter(action -> !action.isEmpty())
            .findFirst()
            .filter(action -> action.equals(DecisionAction.ACCEPTED.name()))
            .isPresent();
  }

  private void take(
      DecisionRequest wanted, List<Decision> made, AccessEntry entry, @Nullable String idle) {
    for (Decision fact : made) {
      Facts.Problem problem = FactProblems.of(fact, now);
      if (problem != null) {
        String why = problem.field() + " " + problem.reason();
        answers.add(new Answer(wanted.but(why), Outcome.REJECTED));
        return;
      }
    }
    for (Decision fact : made) {
      DecisionRequest first = taken.get(fact);
      if (first != null) {
        answers.add(
            first.saysTheSameAs(wanted)
                ? new Answer(wanted, Outcome.ALREADY)
                : new Answer(wanted.but(TWICE), Outcome.REJECTED));
        return;
      }
    }
    made.forEach(fact -> taken.put(fact, wanted));
    said.add(new Said(answers.size(), made, entry, idle));
    answers.add(new Answer(wanted, Outcome.TAKEN));
  }

  /** To undo what has lapsed is to undo what was accepted. */
  private static List<String> kinds(DecisionRequest wanted, Found about) {
    boolean undoes = wanted.action() == DecisionAction.WITHDRAWN;
    return undoes && about.kind.equals(Reasons.ACCEPTED_BUT_CHANGED) && about.before != null
        ? List.of(about.before.split(", ", -1))
        : List.of(about.kind);
  }

  private Decision fact(DecisionRequest wanted, Found about, String kind, Instant at) {
    return Decision.newBuilder()
        .setTenant(call.tenant())
        .setEventId(eventId(wanted, kind))
        .setOccurredAt(at)
        .setPatientKey(String.valueOf(about.patientKey))
        .setVisit(String.valueOf(about.name))
        .setKind(kind)
        .setLocation(about.location)
        .setDate(Objects.requireNonNull(about.date))
        .setAction(Objects.requireNonNull(wanted.action()))
        .setReason(wanted.reason())
        .setAssignee(wanted.assignee())
        .setDecidedBy(call.caller().user())
        .build();
  }

  private AccessEntry entry(DecisionRequest wanted, @Nullable String visit, Instant at) {
    return AccessEntry.newBuilder()
        .setTenant(call.tenant())
        .setAt(at)
        .setWho(call.caller().user())
        .setAction(AccessAction.DECIDE)
        .setVisit(visit)
        .setFromAddress(call.http().ip())
        .setDiscrepancy(wanted.discrepancy())
        .setDecision(wanted.action())
        .setReason(wanted.reason())
        .setAssignee(wanted.assignee())
        .setNote(wanted.note())
        .setCharge(wanted.charge())
        .build();
  }

  private String eventId(DecisionRequest wanted, String kind) {
    String text =
        String.join(
            "\n",
            call.tenant(),
            call.caller().user(),
            request,
            String.valueOf(wanted.discrepancy()),
            kind,
            String.valueOf(wanted.action()));
    return "decision-" + Sha256.hex(text).substring(0, EVENT_DIGITS);
  }

  /** What this very request has said before is not said again: it may be undone since. */
  private void say() {
    Set<String> keys = new HashSet<>();
    said.forEach(one -> one.facts.forEach(fact -> keys.add(key(fact))));
    Set<String> before = new HashSet<>();
    if (!keys.isEmpty()) {
      new Sql(call.scope())
          .add("select record_key from event where tenant = ?", call.tenant())
          .in("record_key", keys)
          .on(handle)
          .mapTo(String.class)
          .forEach(before::add);
    }
    for (Said one : said) {
      if (one.facts.stream().allMatch(fact -> before.contains(key(fact)))) {
        answers.set(one.answer, new Answer(answers.get(one.answer).wanted(), Outcome.ALREADY));
      } else if (one.idle != null) {
        DecisionRequest wanted = answers.get(one.answer).wanted();
        answers.set(one.answer, new Answer(wanted.but(one.idle), Outcome.REJECTED));
      } else {
        facts.addAll(one.facts);
        entries.add(one.entry);
      }
    }
  }

  private static String key(Decision fact) {
    return Flat.key(Keys.of("DECISION", fact.getTenant(), fact.getPatientKey(), fact.getEventId()));
  }
}
