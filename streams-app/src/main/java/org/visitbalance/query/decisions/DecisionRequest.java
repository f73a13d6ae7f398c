package org.visitbalance.query.decisions;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.query.request.Params;

/**
 * What somebody wants to decide about one discrepancy.
 *
 * @param line of the file that says so; 0 where there is none
 * @param discrepancy its id
 * @param problem why it cannot be done, as far as that is seen already; else action and id are
 *     there
 */
record DecisionRequest(
    long line,
    @Nullable String discrepancy,
    @Nullable DecisionAction action,
    @Nullable AcceptanceReason reason,
    @Nullable String assignee,
    @Nullable String note,
    @Nullable String problem) {
  static final String DISCREPANCY = "discrepancy";
  static final String ACTION = "action";
  static final String REASON = "reason";
  static final String ASSIGNEE = "assignee";
  static final String NOTE = "note";

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_NOTE = 1_000;
  private static final String ID = "[A-Z2-7]{26}";
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
    String action = given(texts, ACTION);
    String reason = given(texts, REASON);
    String assignee = given(texts, ASSIGNEE);
    String note = given(texts, NOTE);
    DecisionAction known = action == null ? null : ACTIONS.get(action.toUpperCase(Locale.ROOT));
    AcceptanceReason because = reason == null ? null : reason(reason);
    String problem = problem(id, known, reason, because, assignee, note);
    return new DecisionRequest(line, id, known, because, assignee, note, problem);
  }

  /** The same about another discrepancy. */
  DecisionRequest about(String other) {
    return new DecisionRequest(line, other, action, reason, assignee, note, null);
  }

  /** The same with a problem. */
  DecisionRequest but(String why) {
    return new DecisionRequest(line, discrepancy, action, reason, assignee, note, why);
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

  private static @Nullable String problem(
      @Nullable String id,
      @Nullable DecisionAction action,
      @Nullable String reason,
      @Nullable AcceptanceReason because,
      @Nullable String assignee,
      @Nullable String note) {
    if (id == null || !id.matches(ID)) {
      return "discrepancy must be an ID from the work list";
    } else if (action == null) {
      return "action must be ACCEPTED, WITHDRAWN, ASSIGNED or RELEASED";
    } else if (action == DecisionAction.ACCEPTED && because == null) {
      return "reason must be one of " + String.join(", ", reasons());
    } else if (action != DecisionAction.ACCEPTED && reason != null) {
      return "reason is allowed only with ACCEPTED";
    } else if (action == DecisionAction.ASSIGNED && !isName(assignee)) {
      return "assignee must be a user name of at most " + LONGEST_NAME + " characters";
    } else if (action != DecisionAction.ASSIGNED && assignee != null) {
      return "assignee is allowed only with ASSIGNED";
    } else if (note != null && (note.length() > LONGEST_NOTE || !Params.isText(note))) {
      return "note must be text of at most " + LONGEST_NOTE + " characters";
    }
    return null;
  }

  private static boolean isName(@Nullable String text) {
    return text != null
        && text.length() <= LONGEST_NAME
        && Params.isText(text)
        && text.codePoints().noneMatch(Character::isISOControl);
  }

  private static List<String> reasons() {
    return java.util.Arrays.stream(AcceptanceReason.values())
        .filter(one -> one != AcceptanceReason.UNKNOWN)
        .map(Enum::name)
        .toList();
  }
}
