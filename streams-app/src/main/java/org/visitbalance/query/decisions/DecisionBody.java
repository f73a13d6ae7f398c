package org.visitbalance.query.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Problem;

/**
 * A request's decisions as JSON: one by one, or one for all that a filter finds.
 *
 * @param each one by one; for a filter the one that all of them get
 * @param filter the parameters of the work list; null: one by one
 * @param expected how many the filter is to find
 */
record DecisionBody(
    List<DecisionRequest> each, @Nullable Map<String, List<String>> filter, int expected) {
  private static final String DECISIONS = "decisions";
  private static final String FILTER = "filter";
  private static final String EXPECTED = "expected";
  private static final Set<String> OF_EACH =
      Set.of(
          DecisionRequest.DISCREPANCY,
          DecisionRequest.VISIT,
          DecisionRequest.CHARGE,
          DecisionRequest.ACTION,
          DecisionRequest.REASON,
          DecisionRequest.ASSIGNEE,
          DecisionRequest.NOTE);
  private static final Set<String> OF_FILTER =
      Set.of(
          FILTER,
          EXPECTED,
          DecisionRequest.ACTION,
          DecisionRequest.REASON,
          DecisionRequest.ASSIGNEE,
          DecisionRequest.NOTE);

  /** Any id: what a filter finds has others. */
  private static final String NO_ID = "A".repeat(26);

  static DecisionBody read(byte[] bytes, int most) {
    JsonNode body = tree(bytes);
    if (body.has(FILTER)) {
      known(body, OF_FILTER, "body");
      DecisionRequest one =
          DecisionRequest.of(
              0, name -> name.equals(DecisionRequest.DISCREPANCY) ? NO_ID : text(body, name));
      if (one.isLink()) {
        throw Problem.unusable("body", "is invalid: charges are linked one by one");
      } else if (one.problem() != null) {
        throw Problem.unusable("body", "is invalid: " + one.problem());
      }
      JsonNode expected = body.path(EXPECTED);
      if (!expected.isInt() || expected.intValue() < 0 || expected.intValue() > most) {
        throw Problem.unusable(
            EXPECTED,
            "must be the number of discrepancies you expect the filter to find, at most " + most);
      }
      return new DecisionBody(List.of(one), filter(body.path(FILTER)), expected.intValue());
    }
    known(body, Set.of(DECISIONS), "body");
    JsonNode decisions = body.path(DECISIONS);
    if (!decisions.isArray() || decisions.isEmpty()) {
      throw Problem.unusable(DECISIONS, "must be a non-empty array of decisions");
    } else if (decisions.size() > most) {
      throw Problem.of(
          413,
          "Content too large",
          "Send at most " + most + " decisions per request. None was saved.");
    }
    List<DecisionRequest> each = new ArrayList<>();
    for (JsonNode one : decisions) {
      known(one, OF_EACH, "decision");
      each.add(DecisionRequest.of(0, name -> text(one, name)));
    }
    return new DecisionBody(each, null, 0);
  }

  private static JsonNode tree(byte[] bytes) {
    try {
      JsonNode body = JsonValues.mapper().readTree(bytes);
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (IOException e) {
      // Said below; what it says may show the text.
    }
    throw Problem.unusable("body", "must be a JSON object, or the work list as text/csv");
  }

  private static void known(JsonNode object, Set<String> names, String what) {
    if (!object.isObject()) {
      throw Problem.unusable(what, "must be a JSON object");
    }
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!names.contains(name)) {
                throw Problem.unusable(
                    what,
                    "has an unknown field; allowed are " + String.join(", ", new TreeSet<>(names)));
              }
            });
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    } else if (!value.isTextual()) {
      throw Problem.unusable(name, "must be text");
    }
    return value.asText();
  }

  private static Map<String, List<String>> filter(JsonNode object) {
    if (!object.isObject()) {
      throw Problem.unusable(FILTER, "must be an object with the work list's parameters");
    }
    Map<String, List<String>> filter = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> one : object.properties()) {
      List<String> values = new ArrayList<>();
      for (JsonNode value : one.getValue().isArray() ? one.getValue() : List.of(one.getValue())) {
        if (!value.isValueNode()) {
          throw Problem.unusable(FILTER, "must have string values or arrays of strings");
        } else if (!value.isNull()) {
          values.add(value.asText());
        }
      }
      filter.put(one.getKey(), values);
    }
    return filter;
  }
}
