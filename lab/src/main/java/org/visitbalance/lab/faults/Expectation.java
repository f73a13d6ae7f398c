package org.visitbalance.lab.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.Reasons;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.naive.NaiveBalance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * What the naive reading of the rules says about facts, to be compared with what is committed. Both
 * sides are brought to one form: objects without absent fields, as texts in alphabetical order.
 */
final class Expectation {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CLOSED_CHANGED = "CLOSED_PERIOD_CHANGED";
  private static final int MOST_SHOWN = 3;

  /** What only the topics say of a discrepancy: when, and since when. */
  private static final List<String> ON_TOPICS_ONLY =
      List.of("openedAt", "resolvedAt", "assignee", "leftAt", "openedByRules");

  private final Map<String, List<String>> expected = new TreeMap<>();
  private final Map<String, Map<?, ?>> days = new HashMap<>();
  private final Instant asOf;
  private final Map<String, TenantSettings> settings = new HashMap<>();

  Expectation(
      Collection<KnownFact> facts, Collection<Settings> documents, Instant asOf, String key) {
    this.asOf = asOf;
    documents.forEach(one -> settings.put(one.getTenant(), new TenantSettings(one)));
    NaiveBalance.files(facts, documents, asOf, key, false, (kind, level) -> Reasons.action(kind))
        .forEach(
            (file, lines) ->
                expected.put(file, sorted(lines.stream().map(Expectation::parsed).toList())));
    for (String line : expected.getOrDefault("balances.jsonl", List.of())) {
      Map<?, ?> balance = parsed(line);
      if ("DAY".equals(balance.get("granularity"))) {
        days.put(balance.get("location") + " " + balance.get("from"), balance);
      }
    }
  }

  /** What it says of a day, by "location date"; null if nothing. */
  @Nullable Map<?, ?> day(String locationAndDate) {
    return days.get(locationAndDate);
  }

  /** Returns how what is committed differs; empty if it does not. */
  List<String> differences(Committed committed) {
    OutputTables tables = new OutputTables();
    for (Topic<?> topic : Topics.OUTPUTS) {
      committed.table(topic).forEach((key, value) -> tables.put(topic, key, value));
    }
    Outputs outputs =
        tables.outputs(asOf, tenant -> settings.computeIfAbsent(tenant, TenantSettings::defaults));
    List<String> differences = new ArrayList<>();
    compare("balances.jsonl", outputs.balances(), one -> true, differences);
    compare("items.jsonl", outputs.items(), one -> true, differences);
    compare("visits.jsonl", outputs.visits(), one -> true, differences);
    compare(
        "discrepancies.jsonl",
        outputs.discrepancies(),
        one -> !(one instanceof Discrepancy found) || !isOfClose(found),
        differences);
    compare("late-arrivals.jsonl", outputs.lateArrivals(), one -> true, differences);
    compare("unit-variances.jsonl", outputs.unitVariances(), one -> true, differences);
    compare("cap-proposals.jsonl", outputs.capProposals(), one -> true, differences);
    return differences;
  }

  static boolean isOfClose(Discrepancy found) {
    return found.getKind().equals(CLOSED_CHANGED);
  }

  private void compare(
      String file,
      Collection<? extends SpecificRecord> records,
      Function<SpecificRecord, Boolean> isMeant,
      List<String> differences) {
    List<String> actual =
        sorted(records.stream().filter(isMeant::apply).map(Expectation::plain).toList());
    List<String> wanted = expected.getOrDefault(file, List.of());
    if (!actual.equals(wanted)) {
      differences.add(
          String.format(
              "%s: %,d lines expected, %,d there; missing %s; too much %s",
              file, wanted.size(), actual.size(), minus(wanted, actual), minus(actual, wanted)));
    }
  }

  private static List<String> minus(List<String> some, List<String> others) {
    List<String> rest = new ArrayList<>(some);
    others.forEach(rest::remove);
    return rest.subList(0, Math.min(MOST_SHOWN, rest.size()));
  }

  private static List<String> sorted(List<? extends Map<?, ?>> objects) {
    List<String> texts = new ArrayList<>();
    objects.forEach(one -> texts.add(written(one)));
    Collections.sort(texts);
    return texts;
  }

  private static Map<?, ?> parsed(String line) {
    try {
      return (Map<?, ?>) Objects.requireNonNull(withoutNulls(JSON.readValue(line, TreeMap.class)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String written(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Object withoutNulls(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> kept = new TreeMap<>();
      map.forEach(
          (name, one) -> {
            Object plain = withoutNulls(one);
            if (plain != null) {
              kept.put(String.valueOf(name), plain);
            }
          });
      return kept;
    } else if (value instanceof List<?> list) {
      return list.stream().map(Expectation::withoutNulls).toList();
    }
    return value;
  }

  /** A record as it is compared. */
  static Map<?, ?> plain(SpecificRecord record) {
    return (Map<?, ?>) Objects.requireNonNull(withoutNulls(value(record)));
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof SpecificRecord record) {
      Map<String, Object> object = new TreeMap<>();
      for (Schema.Field field : record.getSchema().getFields()) {
        Object inner = value(record.get(field.pos()));
        if (inner != null && !(record instanceof Discrepancy && isOnTopicsOnly(field.name()))) {
          object.put(field.name(), inner);
        }
      }
      return object;
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> object = new TreeMap<>();
      map.forEach((name, one) -> object.put(String.valueOf(name), value(one)));
      return object;
    } else if (value instanceof List<?> list) {
      return list.stream().map(Expectation::value).toList();
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    return value.toString();
  }

  private static boolean isOnTopicsOnly(String field) {
    return ON_TOPICS_ONLY.contains(field);
  }
}
