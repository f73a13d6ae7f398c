package org.visitbalance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.visitbalance.core.CodePoints;

/** The fields of each output file in their order, and the order of its lines (contract.md). */
final class FileShapes {
  /** {@code name(a b)} is an object or a list of objects; {@code key*} sorts the lines. */
  private static final Map<String, String> SHAPES =
      Map.of(
          "balances.jsonl",
          "tenant* location* granularity* from* to"
              + " reported(emrVisits billingVisits difference emrUnits billingUnits"
              + " emrNonVisitUnits billingNonVisitUnits)"
              + " origin(expected billed outstanding)"
              + " newPatients(emrUnits billingVisits difference items) items"
              + " kinds(expected pending work unexplained) verdict offsetting"
              + " readiness(openNotes failedTransmissions pendingTransmissions"
              + " absentTransmissions heldVisits ready)"
              + " providers(providerId emrVisits billingVisits emrUnits billingUnits)",
          "items.jsonl",
          "tenant* location* granularity* from* list* visit* reason difference",
          "visits.jsonl",
          "tenant* visit* location dateOfService providerId finalizedOn createdOn state suppressed"
              + " late documentedUnits billedUnits",
          "discrepancies.jsonl",
          "id tenant* level* kind* status severity location* date* visit* difference"
              + " dateOfService providerId units amountCents fileBy action",
          "late-arrivals.jsonl",
          "tenant* visit* location dateOfService providerId status finalizedOn createdOn lagDays"
              + " cause rejectionType reasonCode heldFrom heldUntil sameWeek sameMonth",
          "unit-variances.jsonl",
          "tenant* visit* location finalizedOn payerId cpt* documented billed scrubbed added"
              + " explained unexplained rule",
          "cap-proposals.jsonl",
          "tenant* payerId* cpt* month* cap support",
          "insights.jsonl",
          "tenant* kind* location* date* about* status text finding providerId payerId cpt observed"
              + " total expected low high baseObserved baseTotal pValue metric rate center bound"
              + " proposal",
          "dead-letters.jsonl",
          "source* line reason");

  private FileShapes() {}

  /** The first thing about a file's lines that the contract does not allow. */
  static Optional<String> problem(String file, List<JsonNode> lines) {
    String shape = SHAPES.get(file);
    List<String> keys = new ArrayList<>();
    for (String name : shape.replaceAll("\\(.*?\\)", "").split(" ", -1)) {
      if (name.equals("tenant*")) {
        keys.add(0, "tenant");
      } else if (name.endsWith("*")) {
        keys.add(name.substring(0, name.length() - 1));
      }
    }
    List<String> before = List.of();
    for (JsonNode line : lines) {
      String found = shapeOf(line, shape);
      if (!withoutDecisions(found).equals(shape.replace("*", ""))) {
        return Optional.of(file + ": a line has the fields " + found);
      }
      List<String> key = keys.stream().map(name -> line.get(name).asText()).toList();
      if (isBefore(key, before)) {
        return Optional.of(file + ": " + key + " comes after " + before);
      }
      for (JsonNode value : line) {
        if (value.asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.0*Z")) {
          return Optional.of(file + ": " + value + " has a zero fraction");
        }
      }
      before = key;
    }
    return Optional.empty();
  }

  /** What was accepted is written only where something was. */
  private static String withoutDecisions(String found) {
    return found
        .replace("unexplained accepted)", "unexplained)")
        .replace("difference acceptedBecause", "difference");
  }

  private static String shapeOf(JsonNode line, String shape) {
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : line.properties()) {
      String name = field.getKey();
      int inner = (" " + shape).indexOf(" " + name + "(");
      if (inner < 0) {
        found.add(name);
        continue;
      }
      String wanted = shape.substring(inner, shape.indexOf(')', inner) + 1);
      List<JsonNode> objects = new ArrayList<>();
      if (field.getValue().isArray()) {
        field.getValue().forEach(objects::add);
      } else {
        objects.add(field.getValue());
      }
      found.add(
          objects.stream()
              .map(one -> name + "(" + String.join(" ", names(one)) + ")")
              .filter(one -> !one.equals(wanted))
              .findFirst()
              .orElse(wanted));
    }
    return String.join(" ", found);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static boolean isBefore(List<String> key, List<String> other) {
    for (int i = 0; i < other.size(); i++) {
      int order = CodePoints.compare(key.get(i), other.get(i));
      if (order != 0) {
        return order < 0;
      }
    }
    return false;
  }
}
