package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.core.Registers;
import org.visitbalance.core.SettingsProblems;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.SourceCounts;

/**
 * Keeps settings and feeds where every ledger can read them. A feed is a register: the greatest
 * version stands, not the latest record. Of settings the latest usable document stands. The stores
 * are in memory and filled by this processor at every start, so what it counts is exact.
 */
final class ReferenceKeeper implements Processor<byte[], byte[], Void, Void> {
  static final String SETTINGS_STORE = "settings";
  static final String FEEDS_STORE = "feeds";

  private final String storeName;
  private final Topic<?> topic;
  private final FactDecoder decoder;
  private final Codec<Settings> settings = new Codec<>(Settings.class);
  private final Codec<Feed> feeds = new Codec<>(Feed.class);
  private final Codec<DeadLetter> letters = new Codec<>(DeadLetter.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Void, Void> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> store;

  @SuppressWarnings("NullAway.Init")
  private SourceGauges gauges;

  private long valid;
  private long deadLettered;
  private long standing;

  ReferenceKeeper(TopologyOptions options, String storeName, Topic<?> topic) {
    this.storeName = storeName;
    this.topic = topic;
    this.decoder = new FactDecoder(options, List.of(topic));
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.store = context.getStateStore(storeName);
    this.gauges = new SourceGauges(context.metrics(), "global");
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    try {
      if (storeName.equals(FEEDS_STORE)) {
        Feed feed = (Feed) decoder.fact(place.topic(), record.key(), record.value());
        decoder.checkPlace(feed.getTenant(), record.key(), place.partition());
        keep(feed);
      } else {
        keepSettings(place, record.key(), record.value());
      }
      valid++;
    } catch (FactDecoder.NoFact e) {
      deadLettered++;
      String field = e.problem.field().isEmpty() ? null : e.problem.field();
      store.put(
          Reference.badKey(place.partition(), place.offset()),
          letters.encode(
              new DeadLetter(
                  e.tenant,
                  place.topic(),
                  place.partition(),
                  place.offset(),
                  field,
                  e.problem.reason())));
    }
    gauges.show(topic, new SourceCounts(valid, deadLettered, standing));
  }

  private void keep(Feed feed) {
    String key = Reference.okKey(Keys.of(feed.getTenant(), feed.getSource()));
    Feed old = feeds.decodeIfThere(store.get(key));
    standing += old == null ? 1 : 0;
    store.put(key, feeds.encode(Registers.standing(old, feed)));
  }

  private void keepSettings(RecordMetadata from, byte @Nullable [] key, byte @Nullable [] value)
      throws FactDecoder.NoFact {
    SpecificRecord record = decoder.value(from.topic(), value);
    Settings document = (Settings) record;
    String tenant = document.getTenant();
    Facts.@Nullable Problem problem = SettingsProblems.of(document);
    if (problem != null) {
      throw new FactDecoder.NoFact(
          tenant.isBlank() ? null : tenant, problem.field(), problem.reason());
    }
    if (key == null || !Keys.of(tenant).equals(new String(key, UTF_8))) {
      throw new FactDecoder.NoFact(
          tenant, "key", "is not the key that the value asks for: the tenant");
    }
    decoder.checkPlace(tenant, key, from.partition());
    String place = Reference.okKey(Keys.of(tenant));
    standing += store.get(place) == null ? 1 : 0;
    store.put(place, settings.encode(document));
  }
}
