package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.LateArrivals;
import org.visitbalance.core.Outputs;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;
import org.visitbalance.output.LateArrival;

/** The contents of the output topics: the latest value of each key. Not thread-safe. */
public final class OutputTables {
  private final Map<Topic<?>, Map<String, SpecificRecord>> tables = new HashMap<>();
  private final List<DeadLetter> letters = new ArrayList<>();

  /** Takes the next record of an output topic. */
  public void put(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    Map<String, SpecificRecord> table = tables.computeIfAbsent(topic, any -> new HashMap<>());
    if (value instanceof DeadLetter letter) {
      letters.add(letter);
    } else if (value == null) {
      table.remove(String.valueOf(key));
    } else {
      table.put(String.valueOf(key), value);
    }
  }

  /** Returns all dead letters. */
  public List<DeadLetter> deadLetters() {
    return List.copyOf(letters);
  }

  /** Returns the current values of a topic. */
  public <T extends SpecificRecord> Collection<T> values(Topic<T> topic) {
    return tables.getOrDefault(topic, Map.of()).values().stream().map(topic.type()::cast).toList();
  }

  /**
   * Returns all values in the form of a run's results: the open discrepancies, and the lag of held
   * visits computed.
   *
   * @param now the moment at which they are read
   */
  public Outputs outputs(Instant now, Function<String, TenantSettings> settings) {
    return new Outputs(
        List.copyOf(values(Topics.BALANCES)),
        List.copyOf(values(Topics.ITEMS)),
        List.copyOf(values(Topics.VISIT_SUMMARIES)),
        Stream.concat(
                values(Topics.PERIOD_DISCREPANCIES).stream(),
                values(Topics.VISIT_DISCREPANCIES).stream())
            .filter(discrepancy -> discrepancy.getStatus() == DiscrepancyStatus.OPEN)
            .map(OutputTables::withoutTimes)
            .toList(),
        values(Topics.LATE_ARRIVALS).stream()
            .map(line -> on(now, line, settings.apply(line.getTenant())))
            .toList(),
        List.copyOf(values(Topics.UNIT_VARIANCES)),
        List.copyOf(values(Topics.CAP_PROPOSALS)),
        List.copyOf(values(Topics.VISIT_IDS)),
        values(Topics.INSIGHTS).stream()
            .filter(insight -> insight.getStatus() == DiscrepancyStatus.OPEN)
            .map(OutputTables::withoutTimes)
            .toList());
  }

  private static Insight withoutTimes(Insight insight) {
    return Insight.newBuilder(insight).setOpenedAt(null).setOpenedByRules(null).build();
  }

  private static LateArrival on(Instant now, LateArrival line, TenantSettings settings) {
    return LateArrivals.on(LocalDate.ofInstant(now, settings.zone()), line, settings);
  }

  /**
   * Removes the times of a discrepancy: when it was opened depends on when the service looked,
   * which a run does not know.
   */
  private static Discrepancy withoutTimes(Discrepancy discrepancy) {
    return Discrepancy.newBuilder(discrepancy).setOpenedAt(null).build();
  }
}
