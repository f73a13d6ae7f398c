package org.visitbalance.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.text.JsonText;

/** What changed between two moments, period by period, and which facts changed it. */
public final class AuditComparison {
  private static final String NOTHING = "no item";

  private record PeriodId(String location, Granularity granularity, LocalDate from)
      implements Comparable<PeriodId> {
    @Override
    public int compareTo(PeriodId other) {
      int order = location.compareTo(other.location);
      order = order != 0 ? order : granularity.compareTo(other.granularity);
      return order != 0 ? order : from.compareTo(other.from);
    }
  }

  /** A visit whose item has changed; one of the two may be missing. */
  private record Moved(
      String visit, @Nullable Item before, @Nullable Item after, List<FactEvent> because) {}

  private record Change(
      PeriodId period, @Nullable Balance before, @Nullable Balance after, List<Moved> moved) {}

  private final List<Change> changes = new ArrayList<>();

  /**
   * Compares two answers.
   *
   * @param events the facts that became known in between
   */
  AuditComparison(Answer before, Answer after, List<FactEvent> events) {
    Map<PeriodId, Balance> old = balances(before.outputs());
    Map<PeriodId, Balance> now = balances(after.outputs());
    Map<PeriodId, Map<String, Item>> oldItems = items(before.outputs());
    Map<PeriodId, Map<String, Item>> nowItems = items(after.outputs());
    Facts facts = new Facts(before.outputs(), after.outputs(), events);
    TreeSet<PeriodId> periods = new TreeSet<>(old.keySet());
    periods.addAll(now.keySet());
    for (PeriodId period : periods) {
      if (!Objects.equals(old.get(period), now.get(period))) {
        changes.add(
            new Change(
                period,
                old.get(period),
                now.get(period),
                moved(
                    oldItems.getOrDefault(period, Map.of()),
                    nowItems.getOrDefault(period, Map.of()),
                    facts)));
      }
    }
  }

  private static List<Moved> moved(Map<String, Item> old, Map<String, Item> now, Facts facts) {
    TreeSet<String> visits = new TreeSet<>(old.keySet());
    visits.addAll(now.keySet());
    List<Moved> moved = new ArrayList<>();
    for (String visit : visits) {
      if (!Objects.equals(old.get(visit), now.get(visit))) {
        moved.add(new Moved(visit, old.get(visit), now.get(visit), facts.about(visit)));
      }
    }
    return moved;
  }

  private static Map<PeriodId, Balance> balances(Outputs outputs) {
    Map<PeriodId, Balance> balances = new HashMap<>();
    for (Balance one : outputs.balances()) {
      balances.put(new PeriodId(one.getLocation(), one.getGranularity(), one.getFrom()), one);
    }
    return balances;
  }

  private static Map<PeriodId, Map<String, Item>> items(Outputs outputs) {
    Map<PeriodId, Map<String, Item>> items = new HashMap<>();
    for (Item one : outputs.items()) {
      if (one.getList() == ItemList.BRIDGE) {
        items
            .computeIfAbsent(
                new PeriodId(one.getLocation(), one.getGranularity(), one.getFrom()),
                any -> new HashMap<>())
            .put(one.getVisit(), one);
      }
    }
    return items;
  }

  /** The facts that became known about each visit. */
  private static final class Facts {
    private final Map<String, VisitIds> ids = new HashMap<>();
    private final Map<String, LocalDate> dates = new HashMap<>();
    private final Map<String, List<FactEvent>> byPatient = new HashMap<>();

    Facts(Outputs before, Outputs after, List<FactEvent> events) {
      for (Outputs outputs : List.of(before, after)) {
        outputs.visitIds().forEach(one -> ids.put(one.getVisit(), one));
        for (VisitSummary one : outputs.visits()) {
          dates.put(one.getVisit(), one.getDateOfService());
        }
      }
      events.forEach(
          one -> byPatient.computeIfAbsent(one.patientKey(), any -> new ArrayList<>()).add(one));
    }

    List<FactEvent> about(String visit) {
      VisitIds own = ids.get(visit);
      if (own == null) {
        return List.of();
      }
      return byPatient.getOrDefault(own.getPatientKey(), List.of()).stream()
          .filter(one -> one.isAbout(own.getName(), dates.get(visit)))
          .sorted(Comparator.comparing(FactEvent::knownAt).thenComparing(FactEvent::what))
          .toList();
    }
  }

  /** Returns how many periods have changed. */
  public int size() {
    return changes.size();
  }

  /** Returns a sentence for each way in which visits of a day have changed. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    for (Change change : changes) {
      if (change.period().granularity() == Granularity.DAY) {
        addSentences(sentences, change);
      }
    }
    return sentences;
  }

  private static void addSentences(List<String> sentences, Change change) {
    LocalDate day = change.period().from();
    String where =
        day.getMonthValue() + "/" + day.getDayOfMonth() + " " + change.period().location();
    Map<String, List<Moved>> ways = new TreeMap<>();
    for (Moved moved : change.moved()) {
      String way = reason(moved.before()) + " %d -> " + reason(moved.after()) + " %d";
      ways.computeIfAbsent(way, any -> new ArrayList<>()).add(moved);
    }
    ways.forEach(
        (way, visits) -> {
          TreeSet<String> because = new TreeSet<>();
          for (Moved moved : visits) {
            moved
                .because()
                .forEach(
                    one ->
                        because.add(
                            one.what()
                                + " "
                                + one.day().getMonthValue()
                                + "/"
                                + one.day().getDayOfMonth()));
          }
          sentences.add(
              where
                  + ": "
                  + String.format(Locale.ROOT, way, visits.size(), visits.size())
                  + ": "
                  + (because.isEmpty()
                      ? "no new fact about these visits; time passed, or settings or a feed changed"
                      : String.join(", ", because)));
        });
    if (ways.isEmpty()) {
      sentences.add(where + ": the figures changed, no item changed");
    }
  }

  private static String reason(@Nullable Item item) {
    return item == null ? NOTHING : String.valueOf(item.getReason());
  }

  /** Writes a line for each changed period, sorted. */
  public void write(Path file) throws IOException {
    try (JsonGenerator json =
        new JsonFactory().createGenerator(new BufferedOutputStream(Files.newOutputStream(file)))) {
      json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
      for (Change change : changes) {
        json.writeStartObject();
        json.writeStringField("location", change.period().location());
        json.writeStringField("granularity", change.period().granularity().name());
        json.writeStringField("from", change.period().from().toString());
        write(json, "before", change.before());
        write(json, "after", change.after());
        json.writeArrayFieldStart("moved");
        for (Moved moved : change.moved()) {
          write(json, moved);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeRaw('\n');
    }
  }

  private static void write(JsonGenerator json, String name, @Nullable SpecificRecord record)
      throws IOException {
    json.writeFieldName(name);
    JsonText.writeValue(json, record);
  }

  private static void write(JsonGenerator json, Moved moved) throws IOException {
    json.writeStartObject();
    json.writeStringField("visit", moved.visit());
    for (Map.Entry<String, @Nullable Item> side : sides(moved).entrySet()) {
      Item item = side.getValue();
      json.writeFieldName("reason" + side.getKey());
      JsonText.writeValue(json, item == null ? null : item.getReason());
      json.writeNumberField("difference" + side.getKey(), item == null ? 0 : item.getDifference());
    }
    json.writeArrayFieldStart("because");
    for (FactEvent one : moved.because()) {
      json.writeStartObject();
      json.writeStringField("what", one.what());
      json.writeStringField("day", one.day().toString());
      json.writeStringField("knownAt", one.knownAt().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static Map<String, @Nullable Item> sides(Moved moved) {
    Map<String, @Nullable Item> sides = new LinkedHashMap<>();
    sides.put("Before", moved.before());
    sides.put("After", moved.after());
    return sides;
  }
}
