package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.InsightTotals;
import org.visitbalance.insight.Insights;
import org.visitbalance.insight.VisitTraits;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.InsightFigures;

/** What a company's books add up to is the same whether its sums were kept or are read anew. */
class InsightBooksTest {
  private static final long ALL = Long.MAX_VALUE;
  private static final LocalDate FIRST = LocalDate.parse("2026-03-02");
  private static final List<String> COMPANIES = List.of("T1", "T%7C2");
  private static final List<String> LOCATIONS = List.of("DTN", "EST", "N|B");
  private static final int SEEDS = 20;

  private final KeyValueStore<String, byte[]> store = store();

  private static KeyValueStore<String, byte[]> store() {
    KeyValueStore<String, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("books"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(new MockProcessorContext<>().getStateStoreContext(), store);
    return store;
  }

  private static <T> T any(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static VisitTraits visit(Random random, LocalDate around) {
    String code = any(random, List.of("97110", "97140", "G0283"));
    return new VisitTraits(
        any(random, LOCATIONS),
        around.plusDays(5 - random.nextInt(random.nextBoolean() ? 12 : 230)),
        random.nextInt(4) - 1,
        "TH" + random.nextInt(3),
        any(random, List.of("", "BCBS", "MCR")),
        List.of(code),
        random.nextInt(3) == 0 ? List.of("LOST") : List.of(),
        random.nextBoolean() ? List.of(new CapSample("BCBS", code, "2026-03", 3L, 2L)) : List.of());
  }

  private record Counted(String company, VisitTraits visit) {
    private String key() {
      return company + "|" + Keys.of(visit.location(), visit.finalizedOn());
    }
  }

  private static Instant morning(LocalDate day) {
    return day.plusDays(1).atTime(7, 0).toInstant(ZoneOffset.UTC);
  }

  /** Visits come and are taken back; days go by, sometimes several, once in a while back. */
  @Test
  void keptSumsAreThoseOfBooksReadAnew() {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      KeyValueStore<String, byte[]> written = store();
      InsightBooks kept = new InsightBooks(written, ALL);
      InsightBooks anew = new InsightBooks(store(), 0);
      List<Counted> there = new ArrayList<>();
      LocalDate last = FIRST;
      for (int look = 0; look < 25; look++) {
        for (int i = random.nextInt(30); i > 0; i--) {
          boolean isBack = !there.isEmpty() && random.nextInt(3) == 0;
          Counted one =
              isBack
                  ? there.remove(random.nextInt(there.size()))
                  : new Counted(any(random, COMPANIES), visit(random, last));
          if (!isBack) {
            there.add(one);
          }
          InsightBook posted = new InsightBook();
          posted.add(one.visit, isBack ? -1 : 1);
          kept.post(one.company, one.key(), posted.figures(1));
          anew.post(one.company, one.key(), posted.figures(1));
        }
        last = last.plusDays(any(random, List.of(0, 0, 1, 1, 1, 3, 40, -2)));
        Instant now = morning(last).plusSeconds(86_400L * any(random, List.of(0, 0, 20)));
        for (String company : COMPANIES) {
          assertThat(kept.totals(company, last, now))
              .as("seed %s, look %s", seed, look)
              .usingRecursiveComparison()
              .isEqualTo(anew.totals(company, last, now));
          assertThat(kept.has(company)).isEqualTo(anew.has(company));
        }
        if (random.nextInt(4) == 0) {
          kept.write();
          kept = random.nextBoolean() ? kept : new InsightBooks(written, ALL);
        }
        there.removeIf(one -> Insights.isOver(one.visit.finalizedOn(), now));
      }
    }
  }

  @Test
  void aYearOfBooksIsReadOnceUnlessItIsTooMuchToKeep() {
    for (int days = 0; days < 180; days++) {
      post(FIRST.plusDays(days));
    }
    LocalDate last = FIRST.plusDays(180);
    InsightBooks enough = new InsightBooks(store, ALL);
    InsightTotals totals = enough.totals("T1", last, morning(last));
    post(last);
    LocalDate next = last.plusDays(1);
    assertThat(enough.totals("T1", next, morning(next))).isSameAs(totals);

    InsightBooks little = new InsightBooks(store, totals.size() - 1);
    assertThat(little.totals("T1", next, morning(next)))
        .isNotSameAs(little.totals("T1", next, morning(next)));
  }

  @Test
  void whatIsPostedBetweenTwoCommitsIsWrittenOnceUnlessItIsTooMuchToHold() {
    int[] puts = {0};
    KeyValueStore<String, byte[]> counted = counted(puts);
    InsightBooks books = new InsightBooks(counted, ALL);
    for (int i = 0; i < 10; i++) {
      books.post("T1", "T1|DTN|" + FIRST, posted(FIRST));
    }
    assertThat(puts[0]).isZero();
    books.write();
    books.write();
    assertThat(puts[0]).isEqualTo(1);

    InsightBooks little = new InsightBooks(counted, 10);
    for (int i = 0; i < 10; i++) {
      little.post("T1", "T1|DTN|" + FIRST.plusDays(i), posted(FIRST));
    }
    assertThat(puts[0]).isGreaterThan(1);
  }

  @SuppressWarnings("unchecked")
  private KeyValueStore<String, byte[]> counted(int[] puts) {
    return (KeyValueStore<String, byte[]>)
        Proxy.newProxyInstance(
            InsightBooksTest.class.getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, method, args) -> {
              puts[0] += method.getName().equals("put") ? 1 : 0;
              return method.invoke(store, args);
            });
  }

  /** A code of a payer may have many: what is not counted is not bounded. */
  @Test
  void eachPairOfUnitsIsAFigure() {
    InsightTotals totals = new InsightTotals(FIRST);
    totals.add("DTN", FIRST, withUnits(1), 1);
    long before = totals.size();

    totals.add("DTN", FIRST, withUnits(2), 1);
    totals.add("DTN", FIRST, withUnits(2), 1);
    totals.add("DTN", FIRST, withUnits(3), 1);

    assertThat(totals.size()).isEqualTo(before + 2);
  }

  private static InsightBook withUnits(long billed) {
    InsightBook book = new InsightBook();
    List<CapSample> units = List.of(new CapSample("BCBS", "97110", "2026-03", 3L, billed));
    book.add(
        new VisitTraits("DTN", FIRST, 0, "TH1", "BCBS", List.of("97110"), List.of(), units), 1);
    return book;
  }

  @Test
  void booksThatNoInsightWillLookAtAgainAreDropped() {
    post(FIRST);
    post(FIRST.plusDays(1));
    InsightBooks books = new InsightBooks(store, ALL);
    LocalDate last = FIRST.plusDays(200);
    books.totals("T1", last, morning(last));
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      assertThat(all)
          .toIterable()
          .extracting((KeyValue<String, byte[]> one) -> one.key)
          .containsExactly("T1|DTN|2026-03-03");
    }
    last = last.plusDays(1);
    books.totals("T1", last, morning(last));
    assertThat(books.has("T1")).isFalse();
  }

  private void post(LocalDate day) {
    new InsightBooks(store, 0).post("T1", "T1|DTN|" + day, posted(day));
  }

  private static InsightFigures posted(LocalDate day) {
    InsightBook posted = new InsightBook();
    posted.add(
        new VisitTraits("DTN", day, 0, "TH1", "BCBS", List.of("97110"), List.of(), List.of()), 1);
    return posted.figures(1);
  }
}
