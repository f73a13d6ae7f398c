package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.FeedSource;

/** What is due comes once and in order, and what fired in the past costs a tick nothing. */
class TimersTest {
  private static final Instant NOON = Instant.parse("2026-11-04T12:00:00Z");
  private static final LocalDate DAY = LocalDate.parse("2026-11-04");
  private static final int SEEDS = 200;

  /** What was searched, as {@code from..to}. */
  private final List<String> searched = new ArrayList<>();

  private final KeyValueStore<String, byte[]> store = store();
  private Timers timers = new Timers(store);

  @SuppressWarnings("unchecked")
  private KeyValueStore<String, byte[]> store() {
    KeyValueStore<String, byte[]> real =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("timers"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    real.init(new MockProcessorContext<>().getStateStoreContext(), real);
    return (KeyValueStore<String, byte[]>)
        Proxy.newProxyInstance(
            TimersTest.class.getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, args) -> {
              if (method.getName().equals("range")) {
                searched.add(args[0] + ".." + args[1]);
              }
              try {
                return method.invoke(real, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aTickIsNotSoughtAmongTheTimersThatHaveFired() {
    timers.set(null, "T|P1", DAY, NOON);
    fire(NOON.plusSeconds(1));
    fire(NOON.plusSeconds(2));
    searched.clear();

    fire(NOON.plusSeconds(3));

    String fired = Timers.sortable(NOON);
    assertThat(searched)
        .hasSize(1)
        .allSatisfy(range -> assertThat(range.compareTo("CLOCK|" + fired + "}")).isPositive());
  }

  @Test
  void aFeedThatDoesNotMoveCostsNothing() {
    timers.set(FeedSource.EMR, "T|P1", DAY, NOON.plusSeconds(60));
    assertThat(timers.due("T", FeedSource.EMR, NOON, 10)).isEmpty();
    searched.clear();

    assertThat(timers.due("T", FeedSource.EMR, NOON, 10)).isEmpty();
    assertThat(searched).isEmpty();

    timers.set(FeedSource.EMR, "T|P2", DAY, NOON.minusSeconds(60));
    assertThat(timers.due("T", FeedSource.EMR, NOON, 10)).hasSize(1);
  }

  @Test
  void patientsLeaveInTheOrderOfTheirDates() {
    timers.setLeaving("T|P1", DAY.plusDays(1));
    assertThat(timers.leaving(DAY, 10)).isEmpty();
    timers.setLeaving("T|P2", DAY.minusDays(1));

    assertThat(timers.leaving(DAY.plusDays(2), 1)).containsExactly("T|P2");
    timers.clearLeaving("T|P2", DAY.minusDays(1));
    assertThat(timers.leaving(DAY.plusDays(2), 10)).containsExactly("T|P1");
  }

  /** Random timers, compared with a set that is searched from its beginning each time. */
  @Test
  void whateverIsSetIsDueOnceAndInOrder() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      TreeSet<String> standing = new TreeSet<>();
      Instant now = NOON;
      for (int step = 0; step < 100; step++) {
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> {
            String patient = (random.nextBoolean() ? "T|P" : "U|P") + random.nextInt(4);
            Instant moment = NOON.plusSeconds(random.nextInt(100)).plusNanos(random.nextInt(2));
            FeedSource feed = random.nextBoolean() ? null : FeedSource.BILLING;
            timers.set(feed, patient, DAY, moment);
            String tenant = feed == null ? "" : patient.substring(0, 1);
            standing.add(tenant + "/" + Timers.sortable(moment) + "/" + patient);
          }
          case 3 -> {
            now = now.plusSeconds(random.nextInt(10));
            int most = random.nextInt(4);
            taken(timers.due(now, most), "", now, most, standing, seed);
          }
          case 4 -> {
            Instant until = NOON.plusSeconds(random.nextInt(100));
            int most = random.nextInt(4);
            taken(
                timers.due("T", FeedSource.BILLING, until, most), "T", until, most, standing, seed);
          }
          default -> {
            timers.flush();
            timers = random.nextBoolean() ? timers : new Timers(store);
          }
        }
      }
      timers.flush();
      try (var all = store.all()) {
        all.forEachRemaining(entry -> store.delete(entry.key));
      }
      timers = new Timers(store);
    }
  }

  private void taken(
      List<Timers.Due> due,
      String tenant,
      Instant until,
      int most,
      Set<String> standing,
      long seed) {
    List<String> expected =
        standing.stream()
            .filter(one -> one.startsWith(tenant + "/"))
            .filter(one -> one.compareTo(tenant + "/" + Timers.sortable(until) + "0") < 0)
            .limit(most)
            .toList();
    assertThat(due.stream().map(Timers.Due::patient))
        .as("seed %d", seed)
        .containsExactlyElementsOf(
            expected.stream().map(one -> one.substring(one.lastIndexOf('/') + 1)).toList());
    expected.forEach(standing::remove);
    due.forEach(timers::clear);
  }

  private void fire(Instant now) {
    timers.due(now, 10).forEach(timers::clear);
    timers.flush();
  }
}
