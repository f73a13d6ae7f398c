package org.visitbalance.query.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two settings documents, in words that a manager reads. A setting that
 * this class has no words for is called by its name.
 */
final class SettingsChanges {
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("M/d/yyyy", Locale.US);
  private static final Set<String> DURATIONS =
      Set.of("missingAfter", "heldWithin", "escalateAfter", "closeAfter", "timelyFiling");
  private static final String NOTHING = "none";
  private static final String DEFAULT = " (default)";
  private static final int HOURS_A_DAY = 24;
  private static final int MINUTES_AN_HOUR = 60;

  private static final Map<String, String> LABELS =
      Map.ofEntries(
          Map.entry("missingAfter", "Missing after"),
          Map.entry("heldWithin", "Held within"),
          Map.entry("escalateAfter", "Overdue after"),
          Map.entry("closeAfter", "Close automatically after"),
          Map.entry("emrCountsNoCharge", "EMR report counts NC001 and Do Not Bill notes"),
          Map.entry("emrCountsEmpty", "EMR report counts notes without lines"),
          Map.entry("sendsTransmissions", "A visit that is not on the Claims Feed is reported"),
          Map.entry("pseudoCodes", "Bookkeeping codes"),
          Map.entry("nonVisitCodes", "Codes of supplies and fees"),
          Map.entry("evaluationCodes", "Codes of initial evaluations"),
          Map.entry("removedCodes", "codes not paid"),
          Map.entry("timelyFiling", "file within"),
          Map.entry("zone", "Time zone"),
          Map.entry("locationId", "location"),
          Map.entry("codeCap", "code cap"),
          Map.entry("fees", "Fee"),
          Map.entry("group", "region"),
          Map.entry("payerNames", "Name of payer"),
          Map.entry("therapistNames", "Name of therapist"));

  private static final List<String> EVALUATIONS =
      List.of(
          "97161", "97162", "97163", "97165", "97166", "97167", "92521", "92522", "92523", "92524",
          "97169", "97170", "97171");

  /** What a document means that does not say. */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "weekStartsOn",
          "MONDAY",
          "zone",
          "UTC",
          "missingAfter",
          "PT24H",
          "heldWithin",
          "P4D",
          "escalateAfter",
          "P14D",
          "emrCountsNoCharge",
          true,
          "emrCountsEmpty",
          false,
          "sendsTransmissions",
          false,
          "pseudoCodes",
          List.of("INSOVER", "COPAY"),
          "evaluationCodes",
          EVALUATIONS);

  /**
   * One difference.
   *
   * @param field the setting, such as payerRules
   * @param says the difference in words: Payer BCBS: visit cap 4 -> 3, from 1/1/2027
   */
  record Change(String field, String says) {
    Map<String, @Nullable Object> body() {
      Map<String, @Nullable Object> body = new LinkedHashMap<>();
      body.put("field", field);
      body.put("says", says);
      return body;
    }
  }

  private final List<Change> changes = new ArrayList<>();

  private SettingsChanges() {}

  /** Returns the differences between two documents of one company. */
  static List<Change> between(JsonNode before, JsonNode after) {
    SettingsChanges all = new SettingsChanges();
    Set<String> fields = new TreeSet<>(names(before));
    fields.addAll(names(after));
    List<String> ordered = new ArrayList<>(names(after));
    fields.stream().filter(name -> !ordered.contains(name)).forEach(ordered::add);
    ordered.remove("tenant");
    for (String field : ordered) {
      all.field(field, value(before, field), value(after, field));
    }
    return List.copyOf(all.changes);
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Returns a value; null if it is absent. */
  private static @Nullable JsonNode value(JsonNode node, String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : value;
  }

  private void field(String field, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (Objects.equals(before, after)) {
      return;
    }
    JsonNode some = after == null ? before : after;
    if (some != null && some.isArray() && hasRows(before, after)) {
      rows(field, list(before), list(after));
    } else if (some != null && some.isArray()) {
      codes(field, before, after);
    } else if (some != null && some.isObject()) {
      entries(field, before, after);
    } else {
      String old = shown(field, before);
      String now = shown(field, after);
      if (!old.replace(DEFAULT, "").equals(now.replace(DEFAULT, ""))) {
        say(field, label(field) + ": " + old + " -> " + now);
      }
    }
  }

  private static boolean hasRows(@Nullable JsonNode before, @Nullable JsonNode after) {
    return list(before).stream().anyMatch(JsonNode::isObject)
        || list(after).stream().anyMatch(JsonNode::isObject);
  }

  private static List<JsonNode> list(@Nullable JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    if (array != null) {
      array.forEach(list::add);
    }
    return list;
  }

  private void say(String field, String text) {
    changes.add(new Change(field, text));
  }

  private void codes(String field, @Nullable JsonNode before, @Nullable JsonNode after) {
    List<String> old = texts(field, before);
    List<String> now = texts(field, after);
    String says = gained(old, now);
    if (!says.isEmpty()) {
      say(field, label(field) + ": " + says);
    }
  }

  /** What a list has gained and lost. */
  private static String gained(List<String> old, List<String> now) {
    List<String> parts = new ArrayList<>();
    List<String> added = now.stream().filter(one -> !old.contains(one)).toList();
    List<String> removed = old.stream().filter(one -> !now.contains(one)).toList();
    if (!added.isEmpty()) {
      parts.add("added " + String.join(", ", added));
    }
    if (!removed.isEmpty()) {
      parts.add("removed " + String.join(", ", removed));
    }
    return String.join("; ", parts);
  }

  private static List<String> texts(String field, @Nullable JsonNode value) {
    if (value == null) {
      return DEFAULTS.get(field) instanceof List<?> usual
          ? usual.stream().map(String::valueOf).toList()
          : List.of();
    }
    return list(value).stream().map(JsonNode::asText).toList();
  }

  private void entries(String field, @Nullable JsonNode before, @Nullable JsonNode after) {
    entriesOf(before, after)
        .forEach(
            (key, values) ->
                say(
                    field,
                    label(field)
                        + " "
                        + key
                        + ": "
                        + amount(field, values[0])
                        + " -> "
                        + amount(field, values[1])));
  }

  /** Returns the entries of two maps that differ, each with its two values. */
  private static Map<String, @Nullable JsonNode[]> entriesOf(
      @Nullable JsonNode before, @Nullable JsonNode after) {
    Set<String> keys = new TreeSet<>();
    for (JsonNode side : new JsonNode[] {before, after}) {
      if (side != null) {
        keys.addAll(names(side));
      }
    }
    Map<String, @Nullable JsonNode[]> entries = new TreeMap<>();
    for (String key : keys) {
      JsonNode old = before == null ? null : value(before, key);
      JsonNode now = after == null ? null : value(after, key);
      if (!Objects.equals(old, now)) {
        entries.put(key, new JsonNode[] {old, now});
      }
    }
    return entries;
  }

  private static String amount(String field, @Nullable JsonNode value) {
    if (value == null) {
      return NOTHING;
    }
    return field.equals("fees")
        ? String.format(Locale.US, "$%,d.%02d", value.asLong() / 100, value.asLong() % 100)
        : value.asText();
  }

  private void rows(String field, List<JsonNode> before, List<JsonNode> after) {
    List<JsonNode> old = new ArrayList<>(before);
    List<JsonNode> now = new ArrayList<>(after);
    IdentityHashMap<JsonNode, JsonNode> pairs = new IdentityHashMap<>();
    pair(old, now, pairs, row -> row);
    pair(old, now, pairs, row -> List.of(key(row), text(row, "from"), text(row, "until")));
    pair(old, now, pairs, row -> List.of(key(row), text(row, "from")));
    pair(old, now, pairs, row -> key(row));
    int count = changes.size();
    for (JsonNode row : after) {
      JsonNode was = pairs.get(row);
      if (was == null) {
        say(field, name(row) + ": added" + colon(describe(row)));
      } else {
        changed(field, was, row);
      }
    }
    for (JsonNode row : old) {
      say(field, name(row) + ": removed" + colon(describe(row)));
    }
    if (changes.size() == count) {
      say(field, label(field) + ": the order of the rows has changed");
    }
  }

  private static String colon(String description) {
    return description.isEmpty() ? "" : ": " + description;
  }

  /** Pairs rows that have the same key, in their order, and takes them out of both lists. */
  private static void pair(
      List<JsonNode> old,
      List<JsonNode> now,
      IdentityHashMap<JsonNode, JsonNode> pairs,
      Function<JsonNode, Object> key) {
    Iterator<JsonNode> rows = now.iterator();
    while (rows.hasNext()) {
      JsonNode row = rows.next();
      for (int i = 0; i < old.size(); i++) {
        if (key.apply(old.get(i)).equals(key.apply(row))) {
          pairs.put(row, old.remove(i));
          rows.remove();
          break;
        }
      }
    }
  }

  private static String text(JsonNode row, String field) {
    JsonNode value = value(row, field);
    return value == null ? "" : value.asText();
  }

  private static List<String> key(JsonNode row) {
    return row.has("payerId")
        ? List.of(text(row, "payerId"))
        : List.of(text(row, "clinicId"), text(row, "posCode"));
  }

  private static String name(JsonNode row) {
    if (row.has("payerId")) {
      String payer = text(row, "payerId");
      return payer.equals("*") ? "All other payers" : "Payer " + payer;
    }
    String pos = text(row, "posCode");
    return "Clinic " + text(row, "clinicId") + (pos.isEmpty() ? "" : ", POS " + pos);
  }

  private void changed(String field, JsonNode was, JsonNode row) {
    List<String> parts = new ArrayList<>();
    Set<String> fields = new LinkedHashSet<>(names(row));
    fields.addAll(names(was));
    boolean isBounded = false;
    for (String one : fields) {
      JsonNode old = value(was, one);
      JsonNode now = value(row, one);
      if (Objects.equals(old, now)) {
        continue;
      }
      JsonNode some = now == null ? Objects.requireNonNull(old) : now;
      if (some.isObject()) {
        entriesOf(old, now)
            .forEach(
                (key, values) ->
                    parts.add(
                        small(one)
                            + " "
                            + key
                            + " "
                            + amount(one, values[0])
                            + " -> "
                            + amount(one, values[1])));
      } else if (some.isArray()) {
        parts.add(small(one) + " " + gained(texts(one, old), texts(one, now)));
      } else {
        isBounded |= one.equals("from");
        parts.add(small(one) + " " + shown(one, old) + " -> " + shown(one, now));
      }
    }
    if (!parts.isEmpty()) {
      String since = isBounded || value(row, "from") == null ? "" : " from " + day(row, "from");
      say(field, name(row) + ": " + String.join(", ", parts) + since);
    }
  }

  private static String day(JsonNode row, String field) {
    return LocalDate.parse(text(row, field)).format(DAY);
  }

  /** A row in words: visit cap 3, from 1/1/2027. */
  private static String describe(JsonNode row) {
    List<String> parts = new ArrayList<>();
    for (String field : names(row)) {
      JsonNode value = value(row, field);
      if (value == null || Set.of("payerId", "clinicId", "posCode").contains(field)) {
        continue;
      }
      if (value.isObject()) {
        entriesOf(null, value)
            .forEach(
                (key, values) -> parts.add(small(field) + " " + key + " " + amount("", values[1])));
      } else if (!value.isArray()) {
        parts.add(small(field) + " " + shown(field, value));
      } else if (!value.isEmpty()) {
        parts.add(
            small(field)
                + " "
                + list(value).stream().map(JsonNode::asText).collect(Collectors.joining(", ")));
      }
    }
    return String.join(", ", parts);
  }

  private static String shown(String field, @Nullable JsonNode value) {
    if (value != null) {
      return shown(field, value.isBoolean() ? (Object) value.asBoolean() : value.asText());
    }
    Object usual = DEFAULTS.get(field);
    return usual == null ? NOTHING : shown(field, usual) + DEFAULT;
  }

  private static String shown(String field, Object value) {
    String text = String.valueOf(value);
    if (value instanceof Boolean truth) {
      return truth ? "yes" : "no";
    } else if (DURATIONS.contains(field)) {
      return duration(field, text);
    } else if (field.equals("from") || field.equals("until")) {
      return LocalDate.parse(text).format(DAY);
    }
    return field.equals("weekStartsOn")
        ? text.charAt(0) + text.substring(1).toLowerCase(Locale.ROOT)
        : text;
  }

  private static String duration(String field, String text) {
    Duration duration = Duration.parse(text);
    if (duration.isZero()) {
      return field.equals("timelyFiling") ? "0 days" : "at once";
    } else if (duration.toNanosPart() > 0) {
      return text;
    }
    List<String> parts = new ArrayList<>();
    count(parts, duration.toDays(), "day");
    count(parts, duration.toHours() % HOURS_A_DAY, "hour");
    count(parts, duration.toMinutes() % MINUTES_AN_HOUR, "minute");
    count(parts, duration.toSecondsPart(), "second");
    return String.join(" ", parts);
  }

  private static void count(List<String> parts, long number, String unit) {
    if (number > 0) {
      parts.add(number + " " + unit + (number == 1 ? "" : "s"));
    }
  }

  /** The label of a setting: its words with a capital letter. */
  private static String label(String field) {
    String label = LABELS.getOrDefault(field, words(field));
    return label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
  }

  /** The same within a sentence. */
  private static String small(String field) {
    String label = LABELS.getOrDefault(field, words(field));
    return label.substring(0, 1).toLowerCase(Locale.ROOT) + label.substring(1);
  }

  private static String words(String field) {
    return field.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
