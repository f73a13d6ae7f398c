package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.VisitTraits;
import org.visitbalance.output.Insight;
import org.visitbalance.state.InsightFigures;

/** What stands out is said once, and again if the transaction in which it was said has failed. */
class InsightEmitterTest {
  /** A Wednesday; Tuesday is the last complete day. */
  private static final Instant NOW = Instant.parse("2026-11-11T12:00:00Z");

  private static final LocalDate LAST = LocalDate.parse("2026-11-10");

  private final MockProcessorContext<String, Insight> context = new MockProcessorContext<>();
  private final KeyValueStore<String, byte[]> books = store(InsightEmitter.BOOKS);
  private final KeyValueStore<String, byte[]> said = store(InsightEmitter.SAID);
  private final BeforeCommit beforeCommit =
      new BeforeCommit.Builder(InsightEmitter.BEFORE_COMMIT).build();
  private final InsightEmitter emitter = new InsightEmitter(RestartedLedger.options());

  private KeyValueStore<String, byte[]> store(String name) {
    return RestartedLedger.addStore(context, name);
  }

  @BeforeEach
  void begin() {
    store(GlobalTableProcessor.SETTINGS_STORE);
    store(GlobalTableProcessor.FEEDS_STORE);
    context.addStateStore(beforeCommit);
    emitter.init(context);
    postADayThatStandsOut();
  }

  /** A quarter of days on which all charges come at once, and one of which none has come. */
  private void postADayThatStandsOut() {
    for (LocalDate day = LAST.minusDays(90); !day.isAfter(LAST); day = day.plusDays(1)) {
      if (day.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) <= 0) {
        InsightBook book = new InsightBook();
        for (int i = 0; i < 40; i++) {
          int lag = day.equals(LAST) ? VisitTraits.AWAITED : 0;
          book.add(
              new VisitTraits("DTN", day, lag, "TH1", "", List.of("97110"), List.of(), List.of()),
              1);
        }
        process("T1|DTN|" + day, book.figures(1));
      }
    }
  }

  private void process(String key, InsightFigures value) {
    emitter.process(new Record<>(key, value, NOW.toEpochMilli()));
  }

  private void mark() {
    process(InsightEmitter.mark(0, 0), InsightBook.mark(NOW));
  }

  private List<String> kindsSaid() {
    return context.forwarded().stream().map(one -> one.record().value().getKind()).toList();
  }

  @Test
  void whatIsSaidIsNotSaidTwice() {
    mark();
    mark();

    assertThat(kindsSaid()).containsOnlyOnce("ARRIVALS_BEHIND");
  }

  @Test
  void whatWasSaidInATransactionThatFailedIsSaidAgain() {
    mark();
    // The stores are as they were before it; what it said has not been heard by anybody.
    empty(said);
    books.delete(
        InsightEmitter.mark(0, 0).substring(0, InsightEmitter.mark(0, 0).lastIndexOf('|')));
    context.resetForwards();
    emitter.close();
    emitter.init(context);
    mark();

    assertThat(kindsSaid()).containsOnlyOnce("ARRIVALS_BEHIND");
  }

  @Test
  void whatIsCommittedIsKnownAfterARestart() {
    beforeCommit.flushCache();
    emitter.close();
    emitter.init(context);
    mark();

    assertThat(kindsSaid()).containsOnlyOnce("ARRIVALS_BEHIND");

    beforeCommit.flushCache();
    emitter.close();
    emitter.init(context);
    context.resetForwards();
    mark();
    assertThat(kindsSaid()).isEmpty();
  }

  private static void empty(KeyValueStore<String, byte[]> store) {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
  }
}
