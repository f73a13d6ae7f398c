package org.visitbalance.lab.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.topology.Topics;

/**
 * Says whether everything is right: the committed outputs are what the naive reading says about all
 * facts that were sent, the read model says the same, and so does whoever was alerted.
 */
final class Checker {
  private static final Duration BREATH = Duration.ofMillis(250);
  private static final Duration BETWEEN_TICKS = Duration.ofSeconds(1);

  private final Installation installation;
  private final Story story;
  private final Committed committed;
  private final String key;
  private final boolean isReadModelChecked;

  Checker(
      Installation installation,
      Story story,
      Committed committed,
      String key,
      boolean isReadModelChecked) {
    this.installation = installation;
    this.story = story;
    this.committed = committed;
    this.key = key;
    this.isReadModelChecked = isReadModelChecked;
  }

  /**
   * The outcome of waiting until everything is right.
   *
   * @param took how long it took
   * @param wrong what still was wrong at the end; empty if nothing was
   */
  record Outcome(Duration took, List<String> wrong) {}

  /** Waits until everything is right about the facts that have come so far. */
  Outcome await(Duration patience) {
    long begun = System.nanoTime();
    Instant asOf = story.now();
    Expectation expectation = new Expectation(story.facts(), story.settings(), asOf, key);
    long ticked = 0;
    while (true) {
      if (System.nanoTime() - ticked > BETWEEN_TICKS.toNanos()) {
        story.tick();
        ticked = System.nanoTime();
      }
      List<String> wrong = differences(expectation);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      if (wrong.isEmpty()) {
        return new Outcome(took, List.of());
      } else if (took.compareTo(patience) > 0) {
        return new Outcome(took, wrong);
      }
      Faults.pause(BREATH);
    }
  }

  private List<String> differences(Expectation expectation) {
    List<String> wrong = new ArrayList<>(expectation.differences(committed));
    wrong.addAll(story.letterDifferences(committed.letters()));
    List<Discrepancy> open = committed.open();
    Set<String> changed =
        open.stream()
            .filter(Expectation::isOfClose)
            .map(one -> one.getLocation() + " " + one.getDate())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> expectedChanged = story.changedCloses(expectation);
    if (!changed.equals(expectedChanged)) {
      wrong.add(
          "closed days that changed: " + expectedChanged + " expected, " + changed + " there");
    }
    if (!wrong.isEmpty()) {
      // The others only follow.
      return wrong;
    }
    Set<String> ids = open.stream().map(Discrepancy::getId).collect(Collectors.toSet());
    addReadModel(ids, wrong);
    Set<String> told = installation.receiver.open();
    if (!told.equals(ids)) {
      wrong.add("alerts: " + difference(ids, told));
    }
    return wrong;
  }

  private void addReadModel(Set<String> open, List<String> wrong) {
    if (!isReadModelChecked || installation.tables == null) {
      return;
    }
    PostgresProgram.Tables tables = installation.tables.tables();
    if (tables == null) {
      wrong.add("the read model's database does not answer");
      return;
    }
    Map<String, String> balances = new TreeMap<>();
    for (Map.Entry<String, SpecificRecord> one : committed.table(Topics.BALANCES).entrySet()) {
      Balance balance = (Balance) one.getValue();
      balances.put(
          one.getKey(),
          balance.getVerdict()
              + " "
              + balance.getReported().getEmrVisits()
              + " "
              + balance.getReported().getBillingVisits());
    }
    if (!tables.open().equals(open)) {
      wrong.add("the read model's discrepancies: " + difference(open, tables.open()));
    }
    if (!tables.balances().equals(balances)) {
      Map<String, String> other = new HashMap<>(tables.balances());
      other.entrySet().removeAll(balances.entrySet());
      wrong.add(
          "the read model's balances, such as " + other.entrySet().stream().limit(3).toList());
    }
  }

  private static String difference(Set<String> expected, Set<String> actual) {
    Set<String> missing = new TreeSet<>(expected);
    missing.removeAll(actual);
    Set<String> strange = new TreeSet<>(actual);
    strange.removeAll(expected);
    return missing.size() + " missing, " + strange.size() + " too many";
  }
}
