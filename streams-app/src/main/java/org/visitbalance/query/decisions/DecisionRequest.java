package org.visitbalance.query.decisions;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.query.request.Params;

/**
 * What somebody wants to decide about one discrepancy, or whose charge they say a charge is.
 *
 * @param line of the file that says so; 0 where there is none
 * @param discrepancy its id; null of a link that names its visit
 * @param visit the token of the visit that a charge is linked to; null of any other decision
 * @param charge the id of the charge, or of the first one of its chain; with a link only
 * @param problem why it cannot be done, as far as that is seen already; else action and id are
 *     there
 */
record DecisionRequest(
    long line,
    @Nullable String discrepancy,
    @Nullable String visit,
    @Nullable String charge,
    @Nullable DecisionAction action,
    @Nullable AcceptanceReason reason,
    @Nullable String assignee,
    @Nullable String note,
    @Nullable String problem) {
  static final String DISCREPANCY = "discrepancy";
  static final String VISIT = "visit";
  static final String CHARGE = "charge";
  static final String ACTION = "action";
  static final String REASON = "reason";
  static final String ASSIGNEE = "assignee";
  static final String NOTE = "note";

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_NOTE = 1_000;
  private static final String ID = "[A-Z2-7]{26}";
  private static final int LONGEST_CHARGE = 256;
  private static final Map<String, DecisionAction> LINKS =
      Map.of(
          "LINKED", DecisionAction.LINKED,
          "LINK", DecisionAction.LINKED,
          "UNLINKED", DecisionAction.UNLINKED,
          "UNLINK", DecisionAction.UNLINKED);
  private static final Map<String, DecisionAction> ACTIONS =
      Map.of(
          "ACCEPTED", DecisionAction.ACCEPTED,
          "ACCEPT", DecisionAction.ACCEPTED,
          "WITHDRAWN", DecisionAction.WITHDRAWN,
          "WITHDRAW", DecisionAction.WITHDRAWN,
          "ASSIGNED", DecisionAction.ASSIGNED,
          "ASSIGN", DecisionAction.ASSIGNED,
          "RELEASED", DecisionAction.RELEASED,
          "RELEASE", DecisionAction.RELEASED);

  /** From texts by their names; blank is absent. */
  static DecisionRequest of(long line, Function<String, @Nullable String> texts) {
    String id = given(texts, DISCREPANCY);
    String visit = given(texts, VISIT);
    String charge = given(texts, CHARGE);
    String action = given(texts, ACTION);
    String reason = given(texts, REASON);
    String assignee = given(texts, ASSIGNEE);
    String note = given(texts, NOTE);
    DecisionAction link = action == null ? null : LINKS.get(action.toUpperCase(Locale.ROOT));
    DecisionAction known =
        action == null || link != null ? link : ACTIONS.get(action.toUpperCase(Locale.ROOT));
    AcceptanceReason because = reason == null ? null : reason(reason);
    String problem = ofVisit(id, visit, charge, link != null);
    if (problem == null) {
      problem = problem(known, reason, because, assignee, note);
    }
    return new DecisionRequest(line, id, visit, charge, known, because, assignee, note, problem);
  }

  /** Whether it is about a charge. */
  boolean isLink() {
    return action == DecisionAction.LINKED || action == DecisionAction.UNLINKED;
  }

  /** The same about another discrepancy. */
  DecisionRequest about(String other) {
    return new DecisionRequest(line, other, null, null, action, reason, assignee, note, null);
  }

  /** Whether another line of the same request wants the same. */
  boolean saysTheSameAs(DecisionRequest other) {
    return withoutLine().equals(other.withoutLine());
  }

  private DecisionRequest withoutLine() {
    return new DecisionRequest(
        0, discrepancy, visit, charge, action, reason, assignee, note, problem);
  }

  /** The same with a problem. */
  DecisionRequest but(String why) {
    return new DecisionRequest(
        line, discrepancy, visit, charge, action, reason, assignee, note, why);
  }

  private static @Nullable String given(Function<String, @Nullable String> texts, String name) {
    String text = texts.apply(name);
    return text == null || text.isBlank() ? null : text.strip();
  }

  private static @Nullable AcceptanceReason reason(String text) {
    for (AcceptanceReason one : AcceptanceReason.values()) {
      if (one != AcceptanceReason.UNKNOWN && one.name().equalsIgnoreCase(text)) {
        return one;
      }
    }
    return null;
  }

  private static @Nullable String ofVisit(
      @Nullable String id, @Nullable String visit, @Nullable String charge, boolean isLink) {
    if (!isLink && (visit != null || charge != null)) {
      return "visit and charge are allowed only with LINKED and UNLINKED";
    } else if (!isLink && (id == null || !id.matches(ID))) {
      return "discrepancy must be an ID from the work list";
    } else if (isLink && (id == null) == (visit == null)) {
      return "LINKED and UNLINKED need either the token of a visit or one of its discrepancies";
    } else if (isLink && !String.valueOf(id == null ? visit : id).matches(ID)) {
      return "visit must be a token, and discrepancy an ID from the work list";
    } else if (isLink && !isName(charge, LONGEST_CHARGE)) {
      return "charge must be a charge ID of at most " + LONGEST_CHARGE + " characters";
    }
    return null;
  }

  private static @Nullable String problem(
      @Nullable DecisionAction action,
      @Nullable String reason,
      @Nullable AcceptanceReason because,
      @Nullable String assignee,
      @Nullable String note) {
    if (action == null) {
      return "action must be ACCEPTED, WITHDRAWN, ASSIGNED, RELEASED, LINKED or UNLINKED";
    } else if (action == DecisionAction.ACCEPTED && because == null) {
      return "reason must be one of " + String.join(", ", reasons());
    } else if (action != DecisionAction.ACCEPTED && reason != null) {
      return "reason is allowed only with ACCEPTED";
    } else if (action == DecisionAction.ASSIGNED && !isName(assignee, LONGEST_NAME)) {
      return "assignee must be a user name of at most " + LONGEST_NAME + " characters";
    } else if (action != DecisionAction.ASSIGNED && assignee != null) {
      return "assignee is allowed only with ASSIGNED";
    } else if (note != null && (note.length() > LONGEST_NOTE || !Params.isText(note))) {
      return "note must be text of at most " + LONGEST_NOTE + " characters";
    }
    return null;
  }

  private static boolean isName(@Nullable String text, int longest) {
    return text != null
        && text.length() <= longest
        && Params.isText(text)
        && text.codePoints().noneMatch(Character::isISOControl);
  }

  private static List<String> reasons() {
    return Arrays.stream(AcceptanceReason.values())
        .filter(one -> one != AcceptanceReason.UNKNOWN)
        .map(Enum::name)
        .toList();
  }
}
