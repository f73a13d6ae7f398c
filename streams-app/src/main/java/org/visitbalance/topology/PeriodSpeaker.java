package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.core.Tokens;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.PeriodFigures;

/**
 * From the figures of a book to its balance and its discrepancy. Balances are said whenever a book
 * has changed; a discrepancy only when it says something new, against what was said last.
 */
final class PeriodSpeaker implements Processor<String, PeriodFigures, String, Said> {
  static final String STORE = "period-discrepancies-said";

  /** Parts of the key of a book that is a location's, not a period's. */
  private static final int LOCATION_PARTS = 2;

  private final Tokens tokens;
  private final Codec<Discrepancy> codec = new Codec<>(Discrepancy.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, Said> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> said;

  PeriodSpeaker(TopologyOptions options) {
    this.tokens = new Tokens(options.tokenKey());
  }

  @Override
  public void init(ProcessorContext<String, Said> context) {
    this.context = context;
    this.said = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, PeriodFigures> record) {
    PeriodFigures figures = record.value();
    PeriodBook book = StoredBooks.book(figures);
    List<String> parts = Keys.parts(record.key());
    String tenant = parts.get(0);
    String location = parts.get(1);
    Discrepancy discrepancy = null;
    if (parts.size() == LOCATION_PARTS) {
      discrepancy = book.isActive() ? PeriodBook.mappingMissing(tenant, location, tokens) : null;
    } else {
      Granularity granularity = Granularity.valueOf(parts.get(2));
      LocalDate from = LocalDate.parse(parts.get(3));
      context.forward(
          record.withValue(
              new Said(
                  Topics.BALANCES,
                  book.isActive() ? book.balance(tenant, location, granularity, from) : null)));
      if (granularity == Granularity.DAY) {
        discrepancy = book.discrepancy(tenant, location, from, tokens);
      }
    }
    say(record, discrepancy, Objects.requireNonNull(figures.getChangedAt()));
  }

  private void say(Record<String, PeriodFigures> record, @Nullable Discrepancy found, Instant now) {
    Discrepancy old = codec.decodeIfThere(said.get(record.key()));
    Discrepancy news = null;
    if (found != null) {
      Instant opened = old == null ? now : old.getOpenedAt();
      news = Discrepancy.newBuilder(found).setOpenedAt(opened).build();
    } else if (old != null) {
      news =
          Discrepancy.newBuilder(old)
              .setStatus(DiscrepancyStatus.RESOLVED)
              .setResolvedAt(now)
              .build();
    }
    if (news != null && (old == null || !news.equals(old))) {
      said.put(record.key(), found == null ? null : codec.encode(news));
      context.forward(
          record.withKey(news.getId()).withValue(new Said(Topics.PERIOD_DISCREPANCIES, news)));
    }
  }
}
