package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.core.Tokens;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.PeriodFigures;

/**
 * Turns the figures of a book into its balance and its discrepancies. A balance is reported
 * whenever its book has changed; a discrepancy only when it differs from what was last reported.
 */
final class BalanceEmitter implements Processor<String, BalanceEmitter.Page, String, TopicRecord> {
  static final String STORE = "period-discrepancies-said";

  /** What is known about a period: its figures, and its close if it was closed. */
  record Page(PeriodFigures figures, @Nullable Close close) {}

  /** The number of key parts of a book that belongs to a location instead of a period. */
  private static final int LOCATION_PARTS = 2;

  /** No part of a key ends like this. */
  private static final String CLOSED = "|closed";

  private final Tokens tokens;
  private final Codec<Discrepancy> codec = new Codec<>(Discrepancy.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, TopicRecord> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> said;

  @SuppressWarnings("NullAway.Init")
  private Silence silence;

  private final Codec<PeriodFigures> figuresCodec = new Codec<>(PeriodFigures.class);
  private final Codec<Close> closeCodec = new Codec<>(Close.class);
  private final TopologyOptions options;

  /** What an older program reported, while a rebuild tells its books for the first time. */
  private Map<PreviousOutputs.Place, SpecificRecord> reported = new HashMap<>();

  private boolean isRebuilding;

  /** The time of the service when the rebuild was done. */
  private Instant began = Instant.EPOCH;

  BalanceEmitter(TopologyOptions options) {
    this.options = options;
    this.tokens = new Tokens(options.tokenKey());
  }

  @Override
  public void init(ProcessorContext<String, TopicRecord> context) {
    this.context = context;
    this.said = context.getStateStore(STORE);
    this.silence = new Silence(options.rebuild(), options.partitions(), said);
    if (!silence.isOver()) {
      context.schedule(Silence.LOOK, PunctuationType.WALL_CLOCK_TIME, now -> endSilence());
    }
  }

  @Override
  public void process(Record<String, Page> record) {
    if (!silence.isOver()) {
      silence.take(record.key(), figuresCodec.encode(record.value().figures()));
      Close close = record.value().close();
      if (close != null) {
        said.put(closeKey(record.key()), closeCodec.encode(close));
      }
    } else if (Silence.isBook(record.key())) {
      tell(record);
    }
  }

  private static String closeKey(String key) {
    return "|close|" + key;
  }

  /**
   * Tells all books at once when every ledger is done, compared with what an older program
   * reported. What it reported and no book has is over.
   */
  private void endSilence() {
    Rebuild rebuild = options.rebuild();
    if (silence.isOver() || rebuild == null || !silence.mayEnd()) {
      return;
    }
    long moment = rebuild.moment().toEpochMilli();
    isRebuilding = true;
    reported = rebuild.previous().ofPeriods(context.taskId().partition(), options.partitions());
    began = began();
    Map<String, PeriodFigures> then = new HashMap<>();
    for (KeyValue<String, byte[]> one : silence.end()) {
      PeriodFigures figures = figuresCodec.decode(one.value);
      then.put(one.key, figures);
      Close close = closeCodec.decodeIfThere(said.get(closeKey(one.key)));
      tell(new Record<>(one.key, new Page(figures, close), moment));
    }
    reported.forEach(
        (place, value) -> {
          SpecificRecord news = null;
          if (PreviousOutputs.notAfter(value, began) instanceof Discrepancy old) {
            if (old.getStatus() == DiscrepancyStatus.RESOLVED) {
              return;
            }
            news =
                Discrepancy.newBuilder(old)
                    .setStatus(DiscrepancyStatus.RESOLVED)
                    .setResolvedAt(rebuild.moment())
                    .build();
          }
          context.forward(new Record<>(place.key(), new TopicRecord(place.topic(), news), moment));
        });
    reported = new HashMap<>();
    isRebuilding = false;
    for (KeyValue<String, byte[]> one : silence.held()) {
      PeriodFigures figures = figuresCodec.decode(one.value);
      Close close = closeCodec.decodeIfThere(said.get(closeKey(one.key)));
      said.delete(closeKey(one.key));
      if (!Objects.equals(then.get(one.key), figures)) {
        tell(new Record<>(one.key, new Page(figures, close), moment));
      }
    }
  }

  /** Returns the time of the service when the last ledger was done: its mark carries it. */
  private Instant began() {
    Instant latest = Instant.EPOCH;
    for (byte[] mark : silence.marks()) {
      Instant one = Objects.requireNonNull(figuresCodec.decode(mark).getChangedAt());
      latest = one.isAfter(latest) ? one : latest;
    }
    return latest;
  }

  private void tell(Record<String, Page> record) {
    PeriodFigures figures = record.value().figures();
    PeriodBook book = StoredBooks.book(figures);
    List<String> parts = Keys.parts(record.key());
    String tenant = parts.get(0);
    String location = parts.get(1);
    Instant now = Objects.requireNonNull(figures.getChangedAt());
    if (parts.size() == LOCATION_PARTS) {
      say(
          record,
          "",
          book.isActive() ? PeriodBook.mappingMissing(tenant, location, tokens) : null,
          now);
      return;
    }
    Granularity granularity = Granularity.valueOf(parts.get(2));
    LocalDate from = LocalDate.parse(parts.get(3));
    Balance balance = book.isActive() ? book.balance(tenant, location, granularity, from) : null;
    SpecificRecord before =
        reported.remove(new PreviousOutputs.Place(Topics.BALANCES, record.key()));
    if (before == null || !before.equals(balance)) {
      context.forward(record.withValue(new TopicRecord(Topics.BALANCES, balance)));
    }
    if (granularity == Granularity.DAY) {
      say(record, "", book.discrepancy(tenant, location, from, tokens), now);
    }
    Close close = record.value().close();
    if (close != null) {
      Instant closed = close.getClosedAt();
      say(
          record,
          CLOSED,
          Closes.changed(close, balance, tokens),
          closed.isAfter(now) ? closed : now);
    }
  }

  /** Reports a discrepancy of the period if it has changed; there is one for each aspect. */
  private void say(
      Record<String, Page> record, String aspect, @Nullable Discrepancy found, Instant now) {
    String key = record.key() + aspect;
    Discrepancy onTopic = codec.decodeIfThere(said.get(key));
    Discrepancy old = onTopic;
    Discrepancy news = null;
    if (found != null) {
      boolean byRules = false;
      if (isRebuilding) {
        onTopic =
            (Discrepancy)
                reported.remove(
                    new PreviousOutputs.Place(Topics.PERIOD_DISCREPANCIES, found.getId()));
        old =
            onTopic == null || onTopic.getStatus() == DiscrepancyStatus.RESOLVED
                ? null
                : (Discrepancy) PreviousOutputs.notAfter(onTopic, began);
        byRules = old == null;
      }
      Instant opened = old == null ? now : old.getOpenedAt();
      Boolean mark = byRules ? Boolean.TRUE : old == null ? null : old.getOpenedByRules();
      news = Discrepancy.newBuilder(found).setOpenedAt(opened).setOpenedByRules(mark).build();
      if (Objects.equals(news, onTopic)) {
        said.put(key, codec.encode(news));
      }
    } else if (old != null) {
      news =
          Discrepancy.newBuilder(old)
              .setStatus(DiscrepancyStatus.RESOLVED)
              .setResolvedAt(now)
              .build();
    }
    if (news != null && !Objects.equals(news, onTopic)) {
      said.put(key, found == null ? null : codec.encode(news));
      context.forward(
          record
              .withKey(news.getId())
              .withValue(new TopicRecord(Topics.PERIOD_DISCREPANCIES, news)));
    }
  }
}
