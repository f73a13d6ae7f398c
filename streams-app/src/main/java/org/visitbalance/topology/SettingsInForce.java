package org.visitbalance.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.JudgingTime;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.StoredSettings;
import org.visitbalance.state.TenantState;

/**
 * The settings with which the tenants of a partition are evaluated, and how far their feeds have
 * come. Both are taken from the global stores only at ticks, and the settings in force are stored
 * with the patients, so that after a crash a change of settings continues where it was.
 */
final class SettingsInForce {
  /** The position of a walk that has not reached any patient. */
  static final String BEGINNING = "";

  private static final String KEY = "tenant|";

  /** A tenant's current state. */
  static final class Tenant {
    final String name;
    TenantState state;
    TenantSettings settings;
    @Nullable Instant emrUntil;
    @Nullable Instant billingUntil;

    private Tenant(String name, TenantState state) {
      this.name = name;
      this.state = state;
      this.settings = settings(name, state.getSettings());
    }

    JudgingTime present(Instant now) {
      return new JudgingTime(now, emrUntil, billingUntil);
    }
  }

  private final KeyValueStore<String, byte[]> store;
  private final GlobalTable<StoredSettings> settings;
  private final GlobalTable<Feed> feeds;
  private final Codec<TenantState> codec = new Codec<>(TenantState.class);
  private final Map<String, Tenant> tenants = new HashMap<>();

  /** Whether it is still those of a rebuild's moment. */
  private boolean isThen;

  SettingsInForce(
      KeyValueStore<String, byte[]> store,
      GlobalTable<StoredSettings> settings,
      GlobalTable<Feed> feeds,
      boolean isThen) {
    this.store = store;
    this.isThen = isThen;
    this.settings = settings;
    this.feeds = feeds;
    try (KeyValueIterator<String, byte[]> stored = store.range(KEY, KEY.replace('|', '}'))) {
      while (stored.hasNext()) {
        KeyValue<String, byte[]> entry = stored.next();
        String name = entry.key.substring(KEY.length());
        Tenant tenant = new Tenant(name, codec.decode(entry.value));
        readFeeds(tenant);
        tenants.put(name, tenant);
      }
    }
  }

  private static TenantSettings settings(String tenant, @Nullable ByteBuffer document) {
    return document == null
        ? TenantSettings.defaults(tenant)
        : new TenantSettings(
            DecidingSettings.document(
                new Codec<>(StoredSettings.class).decode(Utils.toArray(document))));
  }

  /** Is told that a rebuild has judged its moment; what has come since is taken over next. */
  void goOn() {
    isThen = false;
  }

  List<Tenant> all() {
    return new ArrayList<>(tenants.values());
  }

  /** Returns a tenant; one that is new here gets the current settings. */
  Tenant get(String name) {
    Tenant tenant = tenants.get(name);
    if (tenant == null) {
      tenant = new Tenant(name, new TenantState(document(name), false, false, null));
      readFeeds(tenant);
      store(tenant, tenant.state.getSettings(), tenant.state.getWalked());
      tenants.put(name, tenant);
    }
    return tenant;
  }

  /**
   * Takes over what has changed since the last tick. New settings affect all of a tenant's
   * patients, and so does the first feed of a source that had counted as complete until then: a
   * walk over the patients begins.
   */
  void takeOver() {
    for (Tenant tenant : tenants.values()) {
      ByteBuffer document = document(tenant.name);
      readFeeds(tenant);
      boolean changed =
          !Objects.equals(document, tenant.state.getSettings())
              || (tenant.emrUntil != null) != tenant.state.getEmrFed()
              || (tenant.billingUntil != null) != tenant.state.getBillingFed();
      if (changed) {
        tenant.settings = settings(tenant.name, document);
        store(tenant, document, BEGINNING);
      }
    }
  }

  /**
   * Records how far a tenant's walk has come.
   *
   * @param patient the last patient reached; null when it is over
   */
  void walked(Tenant tenant, @Nullable String patient) {
    store(tenant, tenant.state.getSettings(), patient);
  }

  private void store(Tenant tenant, @Nullable ByteBuffer document, @Nullable String walked) {
    tenant.state =
        new TenantState(document, tenant.emrUntil != null, tenant.billingUntil != null, walked);
    store.put(KEY + tenant.name, codec.encode(tenant.state));
  }

  private @Nullable ByteBuffer document(String tenant) {
    String key = Keys.of(tenant);
    byte[] document = isThen ? settings.bytesOfThen(key) : settings.bytes(key);
    return document == null ? null : ByteBuffer.wrap(document);
  }

  private void readFeeds(Tenant tenant) {
    tenant.emrUntil = completeUntil(tenant.name, FeedSource.EMR);
    tenant.billingUntil = completeUntil(tenant.name, FeedSource.BILLING);
  }

  private @Nullable Instant completeUntil(String tenant, FeedSource source) {
    String key = Keys.of(tenant, source);
    Feed feed = isThen ? feeds.getOfThen(key) : feeds.get(key);
    return feed == null ? null : feed.getCompleteUntil();
  }
}
