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
import org.visitbalance.core.Registers;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.settings.Settings;

/**
 * Keeps settings and feeds where every ledger can read them. A feed is a register: the greatest
 * version stands, not the latest record. Of settings the latest usable document stands.
 */
final class ReferenceKeeper implements Processor<byte[], byte[], Void, Void> {
  static final String SETTINGS_STORE = "settings";
  static final String FEEDS_STORE = "feeds";

  private final String storeName;
  private final FactDecoder decoder;
  private final Codec<Settings> settings = new Codec<>(Settings.class);
  private final Codec<Feed> feeds = new Codec<>(Feed.class);
  private final Codec<DeadLetter> letters = new Codec<>(DeadLetter.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<Void, Void> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> store;

  ReferenceKeeper(TopologyOptions options, String storeName, Topic<?> topic) {
    this.storeName = storeName;
    this.decoder = new FactDecoder(options, List.of(topic));
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    this.store = context.getStateStore(storeName);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    try {
      if (storeName.equals(FEEDS_STORE)) {
        keep((Feed) decoder.fact(place.topic(), record.key(), record.value()));
      } else {
        keepSettings(place.topic(), record.key(), record.value());
      }
    } catch (FactDecoder.NoFact e) {
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
  }

  private void keep(Feed feed) {
    String key = Reference.okKey(Keys.of(feed.getTenant(), feed.getSource()));
    Feed old = feeds.decodeIfThere(store.get(key));
    store.put(key, feeds.encode(Registers.standing(old, feed)));
  }

  private void keepSettings(String topic, byte @Nullable [] key, byte @Nullable [] value)
      throws FactDecoder.NoFact {
    SpecificRecord record = decoder.value(topic, value);
    Settings document = (Settings) record;
    String tenant = document.getTenant();
    if (tenant.isBlank()) {
      throw new FactDecoder.NoFact(null, "tenant", "is missing");
    }
    if (key == null || !Keys.of(tenant).equals(new String(key, UTF_8))) {
      throw new FactDecoder.NoFact(
          tenant, "key", "is not the key that the value asks for: the tenant");
    }
    try {
      new TenantSettings(document);
    } catch (java.time.DateTimeException | IllegalArgumentException e) {
      throw new FactDecoder.NoFact(
          tenant, null, "is no settings document that can be used: a zone, a duration or a day");
    }
    store.put(Reference.okKey(Keys.of(tenant)), settings.encode(document));
  }
}
