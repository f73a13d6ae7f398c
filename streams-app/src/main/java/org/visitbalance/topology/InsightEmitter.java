package org.visitbalance.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.insight.InsightBook;
import org.visitbalance.insight.InsightTotals;
import org.visitbalance.insight.Insights;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Insight;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.InsightFigures;
import org.visitbalance.state.StoredSettings;

/**
 * Keeps the books of insights of some companies, and reports what stands out when all ledgers have
 * posted everything up to a tick (docs/adr/0031).
 */
public final class InsightEmitter implements Processor<String, InsightFigures, String, Insight> {
  static final String BOOKS = "insight-books";
  static final String SAID = "insights-said";
  static final String BEFORE_COMMIT = "before-commit-of-insights";

  /** Keys that no book has: its tenant is not empty. */
  private static final String MARK = "|done|";

  private static final String TOTAL = "|total";
  private static final String COMPARED = "|compared";
  private static final byte[] NOTHING = {};

  private final TopologyOptions options;
  private final Codec<InsightFigures> figures = new Codec<>(InsightFigures.class);
  private final Codec<Insight> codec = new Codec<>(Insight.class);

  /** What was last concluded from; a company is looked at again when any of it has changed. */
  private record Basis(LocalDate last, @Nullable Bytes settings) {}

  /** The settings of a company, and what they were decoded from. */
  private record Known(Bytes document, TenantSettings settings) {}

  private final Map<String, Basis> concluded = new HashMap<>();
  private final Set<String> tenants = new HashSet<>();
  private final Map<String, Known> known = new HashMap<>();

  /** The tick that each ledger has reached; null if it has reached none. */
  private final @Nullable Instant[] marks;

  /** Those that are not written yet. */
  private final Map<Integer, Instant> moved = new HashMap<>();

  /** How many postings were taken. */
  private long postings;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, Insight> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> books;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> said;

  @SuppressWarnings("NullAway.Init")
  private GlobalTable<StoredSettings> settings;

  @SuppressWarnings("NullAway.Init")
  private GlobalTable<Feed> feeds;

  @SuppressWarnings("NullAway.Init")
  private InsightBooks byDay;

  InsightEmitter(TopologyOptions options) {
    this.options = options;
    this.marks = new Instant[options.partitions()];
  }

  /** Returns how many postings an entry of the store of what was said counts: one has them all. */
  public static long postings(String key, byte[] entry) {
    return key.equals(TOTAL) ? ByteBuffer.wrap(entry).getLong() : 0;
  }

  /** Returns the key with which a ledger tells a partition of the books that it is done. */
  static String mark(int ledger, int book) {
    return MARK + ledger + "|" + book;
  }

  /** Returns the partition of a posting: that of its company, or the one that a mark is for. */
  static Optional<Set<Integer>> partitions(
      String topic, String key, InsightFigures value, int partitions) {
    return Optional.of(
        Set.of(
            key.startsWith(MARK)
                ? Integer.parseInt(key.substring(key.lastIndexOf('|') + 1))
                : PreviousOutputs.partition(company(key), partitions)));
  }

  private static int ledger(String mark) {
    return Integer.parseInt(mark.substring(MARK.length(), mark.lastIndexOf('|')));
  }

  private static String company(String key) {
    return key.substring(0, key.indexOf('|'));
  }

  /** Begins; again, with nothing of before, if a transaction of its task has failed. */
  @Override
  public void init(ProcessorContext<String, Insight> context) {
    this.context = context;
    concluded.clear();
    tenants.clear();
    moved.clear();
    this.books = context.getStateStore(BOOKS);
    this.byDay = new InsightBooks(books, InsightBooks.mostFigures(options.partitions()));
    this.said = context.getStateStore(SAID);
    this.settings = GlobalTable.settings(context);
    this.feeds = GlobalTable.feeds(context);
    byte[] total = said.get(TOTAL);
    this.postings = total == null ? 0 : postings(TOTAL, total);
    for (int ledger = 0; ledger < marks.length; ledger++) {
      InsightFigures mark = figures.decodeIfThere(books.get(MARK + ledger));
      marks[ledger] = mark == null ? null : mark.getAt();
    }
    readTenants(books);
    readTenants(said);
    context.<BeforeCommit>getStateStore(BEFORE_COMMIT).run(this::write);
  }

  private void write() {
    byDay.write();
    moved.forEach((ledger, at) -> books.put(MARK + ledger, figures.encode(InsightBook.mark(at))));
    moved.clear();
  }

  /** Finds the companies of a store without reading all that is in it. */
  private void readTenants(KeyValueStore<String, byte[]> store) {
    String from = "";
    while (from != null) {
      String key = null;
      try (KeyValueIterator<String, byte[]> all = store.range(from, null)) {
        key = all.hasNext() ? all.next().key : null;
      }
      if (key != null && !key.startsWith("|")) {
        tenants.add(company(key));
      }
      from = key == null ? null : company(key) + "}";
    }
  }

  @Override
  public void process(Record<String, InsightFigures> record) {
    postings += record.value().getPostings();
    said.put(TOTAL, ByteBuffer.allocate(Long.BYTES).putLong(postings).array());
    if (record.key().startsWith(MARK)) {
      Instant at = Objects.requireNonNull(record.value().getAt());
      Instant before = allDoneUntil();
      marks[ledger(record.key())] = at;
      moved.put(ledger(record.key()), at);
      Instant now = allDoneUntil();
      // A mark that is ahead of others changes nothing about how far all are done.
      if (now != null && (at.equals(now) || !now.equals(before))) {
        conclude(now, record);
      }
    } else {
      String company = company(record.key());
      byDay.post(company, record.key(), record.value());
      tenants.add(company);
      concluded.remove(company);
    }
  }

  /** Returns the last tick that all ledgers have reached; null if one has reached none. */
  private @Nullable Instant allDoneUntil() {
    Instant first = Instant.MAX;
    for (Instant at : marks) {
      if (at == null) {
        return null;
      }
      first = at.isBefore(first) ? at : first;
    }
    return first;
  }

  private void conclude(Instant now, Record<String, InsightFigures> record) {
    boolean isRebuilding = beginRebuild();
    for (String tenant : List.copyOf(tenants)) {
      conclude(tenant, now, isRebuilding, record);
    }
  }

  /** Takes over what an older program reported; returns whether this is the first look at it. */
  private boolean beginRebuild() {
    Rebuild rebuild = options.rebuild();
    if (rebuild == null || said.get(COMPARED) != null) {
      return false;
    }
    rebuild
        .previous()
        .ofInsights(context.taskId().partition(), options.partitions())
        .forEach(
            (key, insight) -> {
              if (insight.getStatus() == DiscrepancyStatus.OPEN) {
                said.put(key, codec.encode(insight));
                tenants.add(company(key));
              }
            });
    said.put(COMPARED, NOTHING);
    return true;
  }

  private void conclude(
      String tenant, Instant now, boolean isRebuilding, Record<String, InsightFigures> record) {
    String name = Keys.parts(tenant).get(0);
    byte[] stored = settings.bytes(tenant);
    Bytes document = stored == null ? null : Bytes.wrap(stored);
    TenantSettings own = document == null ? TenantSettings.defaults(name) : own(tenant, document);
    Feed feed = feeds.get(Keys.of(name, FeedSource.BILLING));
    Instant billingUntil = feed == null ? null : feed.getCompleteUntil();
    Basis basis = new Basis(Insights.last(own, now, billingUntil), document);
    if (basis.equals(concluded.put(tenant, basis))) {
      return;
    }
    InsightTotals totals = byDay.totals(tenant, basis.last, now);
    say(tenant, Insights.found(name, own, now, totals), now, isRebuilding, record);
    if (totals.size() == 0 && !byDay.has(tenant)) {
      tenants.remove(tenant);
      concluded.remove(tenant);
      known.remove(tenant);
    }
  }

  private TenantSettings own(String tenant, Bytes document) {
    Known last = known.get(tenant);
    if (last == null || !last.document.equals(document)) {
      StoredSettings stored = new Codec<>(StoredSettings.class).decode(document.get());
      last = new Known(document, new TenantSettings(DecidingSettings.document(stored)));
      known.put(tenant, last);
    }
    return last.settings;
  }

  private void say(
      String tenant,
      List<Insight> found,
      Instant now,
      boolean isRebuilding,
      Record<String, InsightFigures> record) {
    Map<String, Insight> before = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = said.range(tenant + "|", tenant + "}")) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> one = all.next();
        before.put(one.key, codec.decode(one.value));
      }
    }
    for (Insight one : found) {
      String key = key(one);
      Insight old = before.remove(key);
      Insight news = opened(one, old, now, isRebuilding);
      if (old == null || !news.equals(old)) {
        said.put(key, codec.encode(news));
        context.forward(new Record<>(key, news, record.timestamp()));
      }
    }
    before.forEach(
        (key, old) -> {
          said.delete(key);
          Insight gone =
              Insight.newBuilder(old)
                  .setStatus(DiscrepancyStatus.RESOLVED)
                  .setResolvedAt(now)
                  .build();
          context.forward(new Record<>(key, gone, record.timestamp()));
        });
  }

  private static Insight opened(
      Insight one, @Nullable Insight old, Instant now, boolean isRebuilding) {
    Instant since = old == null ? null : old.getOpenedAt();
    return Insight.newBuilder(one)
        .setOpenedAt(since == null || since.isAfter(now) ? now : since)
        .setOpenedByRules(old == null ? isRebuilding ? Boolean.TRUE : null : old.getOpenedByRules())
        .build();
  }

  /** Returns the key of an insight on its topic (contract.md#keys). */
  public static String key(Insight one) {
    return Keys.of(
        one.getTenant(),
        one.getKind(),
        one.getLocation() == null ? "" : one.getLocation(),
        one.getDate() == null ? "" : one.getDate(),
        one.getAbout());
  }
}
