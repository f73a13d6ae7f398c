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
import java.util.function.Function;
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
   * A wish, and the facts that would say it.
   *
   * @param facts none if it cannot be said at all
   * @param why it has no effect if it is said for the first time; null if it has one
   * @param isSo whether the tables say already what is wanted
   */
  private record Wish(
      DecisionRequest wanted,
      List<Decision> facts,
      @Nullable String visit,
      @Nullable String why,
      boolean isSo) {
    static Wish impossible(DecisionRequest wanted, String why) {
      return new Wish(wanted, List.of(), null, why, false);
    }
  }

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
  private static final List<DecisionAction> ACCEPTANCES =
      List.of(DecisionAction.ACCEPTED, DecisionAction.WITHDRAWN);
  private static final List<DecisionAction> ASSIGNMENTS =
      List.of(DecisionAction.ASSIGNED, DecisionAction.RELEASED);
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
  private final Function<Decision, @Nullable Decision> sent;

  /**
   * What this request has decided, by what it is about: of two of one moment, chance would choose.
   */
  private final Map<Decision, DecisionRequest> decided = new TreeMap<>(Facts.BY_WHAT_IS_DECIDED);

  final List<Answer> answers = new ArrayList<>();
  final List<Decision> facts = new ArrayList<>();
  final List<AccessEntry> entries = new ArrayList<>();

  private DecisionService(
      Handle handle,
      RequestContext call,
      String request,
      Instant now,
      Function<Decision, @Nullable Decision> sent) {
    this.handle = handle;
    this.call = call;
    this.request = request;
    this.now = now;
    this.sent = sent;
  }

  /**
   * Looks up and checks what is wanted.
   *
   * @param request names the request: the same one, sent again, decides nothing again
   * @param sent returns what this instance said last about the same thing; null if nothing
   */
  static DecisionService of(
      Handle handle,
      RequestContext call,
      List<DecisionRequest> wanted,
      String request,
      InstantSource time,
      Function<Decision, @Nullable Decision> sent) {
    DecisionService decisions = new DecisionService(handle, call, request, time.instant(), sent);
    decisions.find(wanted);
    decisions.findTargets(wanted);
    Instant at = decisions.after();
    List<Wish> wishes = wanted.stream().map(one -> decisions.wish(one, at)).toList();
    Set<String> before = decisions.saidBefore(wishes);
    wishes.forEach(wish -> decisions.answer(wish, before, at));
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

  private Wish wish(DecisionRequest wanted, Instant at) {
    if (wanted.problem() != null) {
      return Wish.impossible(wanted, wanted.problem());
    }
    Wish wish = wanted.isLink() ? link(wanted, at) : decision(wanted, at);
    for (Decision fact : wish.facts) {
      Facts.Problem problem = FactProblems.of(fact, now);
      if (problem != null) {
        return Wish.impossible(wanted, problem.field() + " " + problem.reason());
      }
    }
    return wish;
  }

  private Wish link(DecisionRequest wanted, Instant at) {
    Target to = targets.get(String.valueOf(target(wanted)));
    if (to == null) {
      return Wish.impossible(wanted, "No visit has this token, or it is not available yet.");
    }
    String charge = String.valueOf(wanted.charge());
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
    boolean isLinked = to.name.equals(to.links.get(charge));
    return new Wish(
        wanted,
        List.of(fact),
        to.visit,
        problem(wanted, to),
        isLinked && wanted.action() == DecisionAction.LINKED && wanted.note() == null);
  }

  private static @Nullable String problem(DecisionRequest wanted, Target to) {
    if (!to.isOfEmr) {
      return "Charges can only be linked to a visit of the EMR. This one is billing only.";
    } else if (to.hasLeft) {
      return "The visit is older than the service keeps visits, so nothing can be decided about it.";
    } else if (!to.chains.contains(String.valueOf(wanted.charge()))) {
      return "No charge of this patient has this ID.";
    } else if (wanted.action() == DecisionAction.UNLINKED
        && !to.name.equals(to.links.get(String.valueOf(wanted.charge())))) {
      return "The charge is not linked to this visit. If you have just linked it, try again in a"
          + " moment.";
    }
    return null;
  }

  private Wish decision(DecisionRequest wanted, Instant at) {
    Found about = found.get(String.valueOf(wanted.discrepancy()));
    if (about == null) {
      return Wish.impossible(wanted, "No discrepancy has this ID.");
    } else if (!about.level.equals("VISIT")) {
      return Wish.impossible(
          wanted,
          "A day or location cannot be decided directly. Decide on the discrepancies of its visits.");
    } else if (about.patientKey == null || about.name == null || about.date == null) {
      return Wish.impossible(wanted, "The visit is not available yet. Try again in a moment.");
    }
    List<Decision> made = new ArrayList<>();
    for (String kind : kinds(wanted, about)) {
      made.add(fact(wanted, about, kind, at));
    }
    return new Wish(wanted, made, about.visit, problem(wanted, about), isSo(wanted, about));
  }

  private @Nullable String problem(DecisionRequest wanted, Found about) {
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
    } else if (wanted.action() == DecisionAction.WITHDRAWN && !isAccepted(wanted, about)) {
      return NOT_ACCEPTED;
    }
    return null;
  }

  /** Whether the tables say already what is wanted. A note that they do not have is news. */
  private boolean isSo(DecisionRequest wanted, Found about) {
    return switch (Objects.requireNonNull(wanted.action())) {
      case ACCEPTED ->
          String.valueOf(wanted.reason()).equals(about.accepted)
              && isLast(about, ACCEPTANCES, DecisionAction.ACCEPTED)
              && (wanted.note() == null || wanted.note().equals(note(wanted)));
      case ASSIGNED ->
          wanted.note() == null
              && String.valueOf(wanted.assignee()).equals(about.assignee)
              && isLast(about, ASSIGNMENTS, DecisionAction.ASSIGNED);
      // A resolved discrepancy shows nobody, and comes back with whoever works it.
      case RELEASED ->
          wanted.note() == null
              && about.assignee == null
              && last(about, about.kind, ASSIGNMENTS) != DecisionAction.ASSIGNED;
      case WITHDRAWN, LINKED, UNLINKED, UNKNOWN -> false;
    };
  }

  /** Whether nothing that was decided later is about to end it. */
  private boolean isLast(Found about, List<DecisionAction> of, DecisionAction action) {
    DecisionAction last = last(about, about.kind, of);
    return last == null || last == action;
  }

  /** The note of the acceptance that stands. */
  private @Nullable String note(DecisionRequest wanted) {
    return new Sql(call.scope())
        .add("select note from acceptance where tenant = ?", call.tenant())
        .add(" and discrepancy = ?", String.valueOf(wanted.discrepancy()))
        .add(" and reason = ? order by at desc limit 1", String.valueOf(wanted.reason()))
        .on(handle)
        .map((row, context) -> Optional.ofNullable(row.getString(1)))
        .findOne()
        .flatMap(note -> note)
        .orElse(null);
  }

  /**
   * Whether an acceptance stands, of a discrepancy that may have been resolved without it: it would
   * apply again if the discrepancy came back.
   */
  private boolean isAccepted(DecisionRequest wanted, Found about) {
    return kinds(wanted, about).stream()
        .anyMatch(
            kind -> {
              DecisionAction last = last(about, kind, ACCEPTANCES);
              return last == null ? about.accepted != null : last == DecisionAction.ACCEPTED;
            });
  }

  /** The last of some decisions about a kind of discrepancy of a visit; null if there is none. */
  private @Nullable DecisionAction last(Found about, String kind, List<DecisionAction> of) {
    return new Sql(call.scope())
            .add("select what, detail from event where tenant = ?", call.tenant())
            .add(" and patient_key = ? and kind = 'DECISION'", String.valueOf(about.patientKey))
            .add(" and visit_name = ?", String.valueOf(about.name))
            .add(
                " and location = ? and business_date = ?",
                about.location,
                Objects.requireNonNull(about.date))
            .in("what", of.stream().map(DecisionAction::name).toList())
            .add(" order by at desc, record_key desc")
            .on(handle)
            .map(
                (row, context) ->
                    kind.equals(String.valueOf(row.getString(2)).split(" ", 2)[0])
                        ? Optional.of(DecisionAction.valueOf(row.getString(1)))
                        : Optional.<DecisionAction>empty())
            .stream()
            .flatMap(Optional::stream)
            .findFirst()
            .orElse(null);
  }

  /** What this very request has said before is not said again: it may be undone since. */
  private Set<String> saidBefore(List<Wish> wishes) {
    Set<String> keys = new HashSet<>();
    wishes.forEach(wish -> wish.facts.forEach(fact -> keys.add(key(fact))));
    Set<String> before = new HashSet<>();
    if (!keys.isEmpty()) {
      new Sql(call.scope())
          .add("select record_key from event where tenant = ?", call.tenant())
          .in("record_key", keys)
          .on(handle)
          .mapTo(String.class)
          .forEach(before::add);
    }
    return before;
  }

  private void answer(Wish wish, Set<String> before, Instant at) {
    DecisionRequest wanted = wish.wanted;
    boolean isRepeated =
        !wish.facts.isEmpty() && wish.facts.stream().allMatch(fact -> before.contains(key(fact)));
    DecisionRequest first =
        wish.facts.stream().map(decided::get).filter(Objects::nonNull).findFirst().orElse(null);
    if (!isRepeated && first == null && wish.why != null) {
      answers.add(new Answer(wanted.but(wish.why), Outcome.REJECTED));
    } else if (!isRepeated && first != null && !first.saysTheSameAs(wanted)) {
      answers.add(new Answer(wanted.but(TWICE), Outcome.REJECTED));
    } else {
      wish.facts.forEach(fact -> decided.putIfAbsent(fact, wanted));
      if (isRepeated
          || first != null
          || (wish.isSo && wish.facts.stream().noneMatch(this::isUnderWay))) {
        answers.add(new Answer(wanted, Outcome.ALREADY));
      } else {
        facts.addAll(wish.facts);
        entries.add(entry(wanted, wish.visit, at));
        answers.add(new Answer(wanted, Outcome.TAKEN));
      }
    }
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
            String.valueOf(wanted.action()),
            String.valueOf(wanted.reason()),
            String.valueOf(wanted.assignee()));
    return "decision-" + Sha256.hex(text).substring(0, EVENT_DIGITS);
  }

  /** Whether the last that was said is something else, which the tables may not show yet. */
  private boolean isUnderWay(Decision fact) {
    Decision last = sent.apply(fact);
    return last != null
        && !(last.getAction() == fact.getAction()
            && last.getReason() == fact.getReason()
            && Objects.equals(last.getAssignee(), fact.getAssignee())
            && last.getVisit().equals(fact.getVisit()));
  }

  private static String key(Decision fact) {
    return Flat.key(Keys.of("DECISION", fact.getTenant(), fact.getPatientKey(), fact.getEventId()));
  }
}
