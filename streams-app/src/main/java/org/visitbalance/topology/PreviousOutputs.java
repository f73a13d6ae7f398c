package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CodePoints;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.Level;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;

/**
 * What an older program reported, by the patient or the period that it is about. It is all in
 * memory, for as long as a rebuild takes. Once it is read, any thread may ask.
 */
public final class PreviousOutputs {
  /** An output: its topic and key. */
  record Place(Topic<?> topic, String key) {}

  private final Map<Topic<?>, Map<String, SpecificRecord>> tables = new HashMap<>();
  private final Map<String, Map<Place, SpecificRecord>> byPatient = new HashMap<>();
  private final Map<Integer, NavigableSet<String>> patients = new ConcurrentHashMap<>();
  private final Set<String> letters = new HashSet<>();
  private @Nullable Instant newest;
  private Instant latestTime = Instant.MIN;

  /** Takes the next record of an output topic. */
  public void put(
      Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value, Instant timestamp) {
    newest = newest == null || timestamp.isAfter(newest) ? timestamp : newest;
    if (value instanceof DeadLetter letter) {
      letters.add(place(letter));
    }
    if (key == null) {
      return;
    }
    Map<String, SpecificRecord> table = tables.computeIfAbsent(topic, any -> new HashMap<>());
    if (value == null) {
      table.remove(key);
    } else {
      table.put(key, value);
    }
  }

  /** Is told that all was read. */
  public PreviousOutputs read() {
    Map<String, String> patients = new HashMap<>();
    for (VisitIds ids : values(Topics.VISIT_IDS, VisitIds.class)) {
      patients.put(
          Keys.of(ids.getTenant(), ids.getVisit()), Keys.of(ids.getTenant(), ids.getPatientKey()));
    }
    tables.forEach(
        (topic, table) ->
            table.forEach(
                (key, value) -> {
                  String patient = patients.get(visit(value));
                  if (patient != null) {
                    byPatient
                        .computeIfAbsent(patient, any -> new LinkedHashMap<>())
                        .put(new Place(topic, key), value);
                  }
                  if (value instanceof Discrepancy found) {
                    takeTime(found.getOpenedAt());
                    takeTime(found.getResolvedAt());
                  }
                }));
    return this;
  }

  private void takeTime(@Nullable Instant moment) {
    latestTime = moment != null && moment.isAfter(latestTime) ? moment : latestTime;
  }

  private <T> List<T> values(Topic<?> topic, Class<T> type) {
    return tables.getOrDefault(topic, Map.of()).values().stream().map(type::cast).toList();
  }

  /** Returns the token of the visit that an output is about; empty if it is about none. */
  static String token(SpecificRecord value) {
    List<String> parts = Keys.parts(visit(value));
    return parts.get(parts.size() - 1);
  }

  private static String visit(SpecificRecord value) {
    if (value instanceof Item item) {
      return Keys.of(item.getTenant(), item.getVisit());
    } else if (value instanceof VisitSummary summary) {
      return Keys.of(summary.getTenant(), summary.getVisit());
    } else if (value instanceof LateArrival line) {
      return Keys.of(line.getTenant(), line.getVisit());
    } else if (value instanceof UnitVariance line) {
      return Keys.of(line.getTenant(), line.getVisit());
    } else if (value instanceof VisitIds ids) {
      return Keys.of(ids.getTenant(), ids.getVisit());
    } else if (value instanceof Discrepancy found && found.getVisit() != null) {
      return Keys.of(found.getTenant(), found.getVisit());
    }
    return "";
  }

  private static String place(DeadLetter letter) {
    return letter.getSource() + "|" + letter.getPartition() + "|" + letter.getPosition();
  }

  /** Returns whether a record is among the dead letters already. */
  boolean has(DeadLetter letter) {
    return letters.contains(place(letter));
  }

  /** Returns the timestamp of the newest record, tombstones included; null if there was none. */
  public @Nullable Instant newest() {
    return newest;
  }

  /** Returns the latest time at which anything was opened or resolved. */
  public Instant latestTime() {
    return latestTime;
  }

  /** Returns the patients of a partition, by key, in order. */
  NavigableSet<String> patients(int partition, int partitions) {
    return patients.computeIfAbsent(
        partition,
        any -> {
          NavigableSet<String> keys = new TreeSet<>(CodePoints.ORDER);
          for (String key : byPatient.keySet()) {
            if (partition(key, partitions) == partition) {
              keys.add(key);
            }
          }
          return keys;
        });
  }

  /** Returns what stands about a patient's visits, in a new map. */
  Map<Place, SpecificRecord> ofPatient(String patient) {
    return new LinkedHashMap<>(byPatient.getOrDefault(patient, Map.of()));
  }

  /**
   * Returns whether the visit that an output is about has left: it was reported so, or everything
   * that was reported about it is older than anything that is kept.
   *
   * @param ofPatient what was reported about its patient
   * @param oldest the first business date that is kept
   */
  static boolean hasLeft(
      SpecificRecord value, Map<Place, SpecificRecord> ofPatient, LocalDate oldest) {
    if (value instanceof Discrepancy found && found.getLeftAt() != null) {
      return true;
    }
    String visit = visit(value);
    for (SpecificRecord other : ofPatient.values()) {
      if (visit(other).equals(visit) && !dates(other).stream().allMatch(d -> d.isBefore(oldest))) {
        return false;
      }
    }
    return true;
  }

  private static List<LocalDate> dates(SpecificRecord value) {
    List<LocalDate> dates = new ArrayList<>();
    if (value instanceof VisitSummary summary) {
      dates.add(summary.getDateOfService());
      if (summary.getFinalizedOn() != null) {
        dates.add(summary.getFinalizedOn());
      }
      if (summary.getCreatedOn() != null) {
        dates.add(summary.getCreatedOn());
      }
    } else if (value instanceof Item item) {
      dates.add(item.getFrom());
    } else if (value instanceof Discrepancy found && found.getDate() != null) {
      dates.add(found.getDate());
    }
    return dates;
  }

  /** Returns what stands about the periods of a partition of the books, in a new map. */
  Map<Place, SpecificRecord> ofPeriods(int partition, int partitions) {
    Map<Place, SpecificRecord> found = new LinkedHashMap<>();
    for (Topic<?> topic : List.of(Topics.BALANCES, Topics.PERIOD_DISCREPANCIES)) {
      tables
          .getOrDefault(topic, Map.of())
          .forEach(
              (key, value) -> {
                if (partition(bookOf(value), partitions) == partition) {
                  found.put(new Place(topic, key), value);
                }
              });
    }
    return found;
  }

  /** Returns the proposals of a partition of the books, in a new map. */
  Map<Place, SpecificRecord> ofCaps(int partition, int partitions) {
    Map<Place, SpecificRecord> found = new LinkedHashMap<>();
    for (CapProposal one : values(Topics.CAP_PROPOSALS, CapProposal.class)) {
      String key = Keys.of(one.getTenant(), one.getPayerId(), one.getCpt(), one.getMonth());
      if (partition(key, partitions) == partition) {
        found.put(new Place(Topics.CAP_PROPOSALS, key), one);
      }
    }
    return found;
  }

  /** Returns the insights of a partition of the books, in a new map. */
  Map<String, Insight> ofInsights(int partition, int partitions) {
    Map<String, Insight> found = new LinkedHashMap<>();
    tables
        .getOrDefault(Topics.INSIGHTS, Map.of())
        .forEach(
            (key, value) -> {
              if (partition(Keys.of(((Insight) value).getTenant()), partitions) == partition) {
                found.put(key, (Insight) value);
              }
            });
    return found;
  }

  /** The key of the book that reports something. */
  private static String bookOf(SpecificRecord value) {
    if (value instanceof Balance balance) {
      return Keys.ofPeriod(balance);
    }
    Discrepancy found = (Discrepancy) value;
    if (found.getLevel() == Level.LOCATION || found.getDate() == null) {
      return Keys.of(found.getTenant(), found.getLocation());
    }
    // The figures of a closed period are told after its length.
    String before = found.getBefore();
    String granularity =
        before == null || before.indexOf(':') < 0
            ? "DAY"
            : before.substring(0, before.indexOf(':'));
    return Keys.of(found.getTenant(), found.getLocation(), granularity, found.getDate());
  }

  /**
   * Returns an output as it was reported, but a discrepancy opened no later than a moment: a wrong
   * clock may have moved the service's time.
   */
  static SpecificRecord notAfter(SpecificRecord value, Instant moment) {
    return value instanceof Discrepancy found
            && found.getOpenedAt() != null
            && found.getOpenedAt().isAfter(moment)
        ? Discrepancy.newBuilder(found).setOpenedAt(moment).build()
        : value;
  }

  static int partition(String key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
  }
}
