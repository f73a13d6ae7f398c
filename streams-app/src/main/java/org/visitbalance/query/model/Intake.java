package org.visitbalance.query.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.core.FactKind;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.core.SettingsProblems;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.DeadLetterRetry;
import org.visitbalance.output.VisitCharge;
import org.visitbalance.output.VisitIds;
import org.visitbalance.platform.registry.RegistryException;
import org.visitbalance.settings.MappingDocument;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/** What each record of each topic changes in the tables. */
final class Intake {
  private record Place(Table table, Kind kind) {}

  private static final Map<Topic<?>, Place> PLACES =
      Map.ofEntries(
          Map.entry(Topics.BALANCES, new Place(Tables.BALANCE, Kind.BALANCES)),
          Map.entry(Topics.ITEMS, new Place(Tables.ITEM, Kind.ITEMS)),
          Map.entry(Topics.VISIT_SUMMARIES, new Place(Tables.VISIT, Kind.VISITS)),
          Map.entry(Topics.FILES, new Place(Tables.RECEIVED_FILE, Kind.FILES)),
          Map.entry(Topics.LATE_ARRIVALS, new Place(Tables.LATE_ARRIVAL, Kind.LATE_ARRIVALS)),
          Map.entry(Topics.UNIT_VARIANCES, new Place(Tables.UNIT_VARIANCE, Kind.UNIT_VARIANCES)),
          Map.entry(Topics.CAP_PROPOSALS, new Place(Tables.CAP_PROPOSAL, Kind.CAP_PROPOSALS)),
          Map.entry(Topics.INSIGHTS, new Place(Tables.INSIGHT, Kind.INSIGHTS)),
          Map.entry(Topics.ANNOTATIONS, new Place(Tables.ANNOTATION, Kind.ANNOTATIONS)),
          Map.entry(Topics.PERIOD_DISCREPANCIES, new Place(Tables.DISCREPANCY, Kind.DISCREPANCIES)),
          Map.entry(Topics.VISIT_DISCREPANCIES, new Place(Tables.DISCREPANCY, Kind.DISCREPANCIES)),
          Map.entry(Topics.VISIT_IDS, new Place(Tables.VISIT_IDS, Kind.VISITS)));

  /** All topics that the read model is made from. */
  static final List<Topic<?>> TOPICS =
      Stream.of(
              Topics.OUTPUTS,
              Topics.PATIENT_FACTS,
              List.of(
                  Topics.FEEDS,
                  Topics.SETTINGS,
                  Topics.MAPPINGS,
                  Topics.CLOSES,
                  Topics.ANNOTATIONS,
                  Topics.DEAD_LETTER_RETRIES,
                  Topics.FILES,
                  Topics.ACCESS_LOG))
          .<Topic<?>>flatMap(List::stream)
          .toList();

  private static final String OFFICE = "11";

  /** UTF-16 units; a tenant has up to 256 characters. */
  private static final int LONGEST_TENANT = 512;

  private final Map<String, Topic<?>> topics = new HashMap<>();
  private final Map<Topic<?>, Deserializer<? extends SpecificRecord>> deserializers =
      new HashMap<>();
  private final int partitions;

  /**
   * Creates an intake that has taken nothing.
   *
   * @param partitions the number of partitions of the facts about patients
   */
  Intake(TopologyOptions.Serdes serdes, String prefix, int partitions) {
    this.partitions = partitions;
    for (Topic<?> topic : TOPICS) {
      topics.put(prefix + topic.name(), topic);
      deserializers.put(topic, serdes.of(topic.type()).deserializer());
    }
  }

  /**
   * Takes the next record of its partition.
   *
   * @throws org.visitbalance.platform.registry.RegistryException if its schema is not available at
   *     the moment; a {@link org.visitbalance.platform.serde.NotYetDecodableException} says whether
   *     it is likely to become available
   * @throws Unreadable if it can never be read
   */
  void take(ConsumerRecord<byte[], byte[]> record, Batch batch) throws Unreadable {
    try {
      takeReadable(record, batch);
    } catch (RegistryException e) {
      throw e;
    } catch (SerializationException e) {
      throw new Unreadable(record, e);
    } catch (RuntimeException e) {
      // The message may contain a value; the class of the exception does not.
      throw new Unreadable(record, new SerializationException(e.getClass().getSimpleName()));
    }
  }

  /** A record that this program did not write, or that was damaged. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(ConsumerRecord<byte[], byte[]> record, SerializationException cause) {
      super(PassedOver.place(record) + " (" + cause.getMessage() + ")", null, false, false);
    }
  }

  private void takeReadable(ConsumerRecord<byte[], byte[]> record, Batch batch) {
    Topic<?> topic = Objects.requireNonNull(topics.get(record.topic()));
    Place place = PLACES.get(topic);
    if (place != null) {
      output(place, record, value(topic, record), batch);
    } else if (topic.equals(Topics.DEAD_LETTERS)) {
      deadLetter(record, value(topic, record), batch);
    } else if (topic.equals(Topics.DEAD_LETTER_RETRIES)) {
      retry(value(topic, record), batch);
    } else if (topic.equals(Topics.ACCESS_LOG)) {
      acceptance(record, value(topic, record), batch);
    } else {
      fact(topic, record, batch);
    }
  }

  private @Nullable SpecificRecord value(Topic<?> topic, ConsumerRecord<byte[], byte[]> record) {
    return record.value() == null
        ? null
        : Objects.requireNonNull(deserializers.get(topic))
            .deserialize(record.topic(), record.value());
  }

  private static void output(
      Place place,
      ConsumerRecord<byte[], byte[]> record,
      @Nullable SpecificRecord value,
      Batch batch) {
    String key = new String(record.key(), UTF_8);
    batch.put(place.table, key, value == null ? null : row(value));
    if (place.kind == Kind.DISCREPANCIES) {
      batch.put(Tables.OPEN_AMOUNT, key, OpenAmounts.row(value));
    }
    if (place.kind == Kind.BALANCES) {
      batch.putChildren(Tables.PROVIDER, key, providers(value));
    } else if (place.table.equals(Tables.VISIT_IDS)) {
      batch.putChildren(Tables.VISIT_CHARGE, key, charges(value));
    }
    batch.changed(tenant(place, key, value), place.kind);
  }

  /** A discrepancy's key is its id: where it is deleted nothing says whose it was. */
  private static String tenant(Place place, String key, @Nullable SpecificRecord value) {
    if (value != null) {
      return String.valueOf(value.get(value.getSchema().getField("tenant").pos()));
    }
    return place.kind == Kind.DISCREPANCIES ? Batch.EVERYBODY : Keys.parts(key).get(0);
  }

  private static Object[] row(SpecificRecord value) {
    Object[] values = Flat.values(value);
    return value instanceof VisitIds ids
        ? with(values, Flat.storable(VisitNames.id(ids.getName())))
        : values;
  }

  private static List<Object[]> charges(@Nullable SpecificRecord value) {
    List<Object[]> rows = new ArrayList<>();
    if (value instanceof VisitIds ids && ids.getCharges() != null) {
      String tenant = Flat.storable(ids.getTenant());
      String visit = Flat.storable(ids.getVisit());
      for (VisitCharge charge : ids.getCharges()) {
        rows.add(with(Flat.values(charge), tenant, visit));
      }
    }
    return rows;
  }

  private static List<Object[]> providers(@Nullable SpecificRecord value) {
    List<Object[]> rows = new ArrayList<>();
    if (value instanceof Balance balance) {
      balance.getProviders().forEach(provider -> rows.add(Flat.values(provider)));
    }
    return rows;
  }

  private static void deadLetter(
      ConsumerRecord<byte[], byte[]> record, @Nullable SpecificRecord value, Batch batch) {
    if (value instanceof DeadLetter letter) {
      // What is too long to be a tenant belongs to nobody.
      boolean isTenant =
          letter.getTenant() != null && letter.getTenant().length() <= LONGEST_TENANT;
      String tenant = isTenant ? letter.getTenant() : null;
      DeadLetter shown = DeadLetter.newBuilder(letter).setTenant(tenant).build();
      Object[] row = with(Flat.values(shown), Flat.value(time(record)));
      String key =
          letter.getPartition() == null
              ? place(record)
              : Keys.of(letter.getSource(), letter.getPartition(), letter.getPosition());
      batch.put(Tables.DEAD_LETTER, key, row);
      deadLetters(tenant, batch);
    }
  }

  private static void retry(@Nullable SpecificRecord value, Batch batch) {
    if (value instanceof DeadLetterRetry retry) {
      batch.put(
          Tables.DEAD_LETTER_RETRY,
          Keys.of(retry.getSource(), retry.getPartition(), retry.getPosition()),
          Flat.values(retry));
      deadLetters(retry.getTenant(), batch);
    }
  }

  /** Of what people did, only what they accepted is shown. */
  private static void acceptance(
      ConsumerRecord<byte[], byte[]> record, @Nullable SpecificRecord value, Batch batch) {
    if (value instanceof AccessEntry entry
        && entry.getDecision() == DecisionAction.ACCEPTED
        && entry.getDiscrepancy() != null) {
      batch.put(
          Tables.ACCEPTANCE,
          place(record),
          new Object[] {
            Flat.storable(entry.getTenant()),
            Flat.storable(entry.getDiscrepancy()),
            Flat.value(entry.getAt()),
            Flat.storable(entry.getWho()),
            entry.getReason() == null ? null : entry.getReason().name(),
            entry.getNote() == null ? null : Flat.storable(entry.getNote())
          });
      batch.changed(entry.getTenant(), Kind.DISCREPANCIES);
    }
  }

  private static void deadLetters(@Nullable String tenant, Batch batch) {
    batch.changed(tenant == null ? Batch.EVERYBODY : tenant, Kind.DEAD_LETTERS);
  }

  /** What cannot be a fact is a dead letter of the ledger's; there is nothing to say here. */
  private void fact(Topic<?> topic, ConsumerRecord<byte[], byte[]> record, Batch batch) {
    SpecificRecord value;
    try {
      value = value(topic, record);
    } catch (SerializationException e) {
      return;
    }
    if (value instanceof Close close) {
      close(close, record, batch);
      return;
    }
    if (value instanceof MappingDocument document) {
      mapping(document, record, batch);
      return;
    }
    if (value instanceof Settings document) {
      if (SettingsProblems.of(document) == null) {
        settings(document, record, batch);
      }
      return;
    }
    SpecificRecord fact = value == null ? null : Facts.normalized(value);
    if (fact != null && FactProblems.of(fact, time(record)) == null && isPlaced(fact, record)) {
      fact(fact, record, batch);
    }
  }

  /** Whether a fact has the right key and, if it is about a patient, is in the key's partition. */
  private boolean isPlaced(SpecificRecord fact, ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] key = record.key();
    return key != null
        && Keys.ofFact(fact).equals(new String(key, UTF_8))
        && (!FactKind.of(fact).isAboutPatient()
            || FactDecoder.partition(key, partitions) == record.partition());
  }

  private static void fact(
      SpecificRecord fact, ConsumerRecord<byte[], byte[]> record, Batch batch) {
    String tenant = Facts.tenant(fact);
    if (fact instanceof Feed feed) {
      batch.feed(feed);
      batch.changed(tenant, Kind.FEEDS);
      return;
    }
    Timeline.Row row = Timeline.row(fact, time(record));
    batch.put(Tables.EVENT, row.key(), row.values().toArray());
    batch.delivered(tenant, row.kind(), time(record));
    batch.changed(tenant, Kind.TIMELINES);
    if (fact instanceof Visit visit) {
      site(tenant, visit.getClinicId(), visit.getPosCode(), batch);
    } else if (fact instanceof Note note) {
      site(tenant, note.getClinicId(), note.getPosCode(), batch);
    } else if (fact instanceof Charge charge) {
      site(tenant, FeedSource.BILLING, charge.getLocationId(), null, batch);
    }
  }

  /** A visit without a POS code counts as office (rules.md#location). */
  private static void site(String tenant, String clinic, @Nullable String posCode, Batch batch) {
    site(tenant, FeedSource.EMR, clinic, posCode == null ? OFFICE : posCode, batch);
  }

  private static void site(
      String tenant, FeedSource source, String site, @Nullable String posCode, Batch batch) {
    batch.put(
        Tables.SITE,
        Keys.of(tenant, source, site, posCode == null ? "" : posCode),
        new Object[] {
          Flat.storable(tenant),
          source.name(),
          Flat.storable(site),
          posCode == null ? null : Flat.storable(posCode)
        });
  }

  private static void settings(
      Settings document, ConsumerRecord<byte[], byte[]> record, Batch batch) {
    batch.put(
        Tables.SETTINGS,
        place(record),
        new Object[] {
          Flat.storable(document.getTenant()),
          record.offset() + 1,
          Flat.value(time(record)),
          Flat.json(document),
          header(record, Topics.WHO),
          header(record, Topics.WHY)
        });
    batch.changed(document.getTenant(), Kind.SETTINGS);
  }

  private static void mapping(
      MappingDocument document, ConsumerRecord<byte[], byte[]> record, Batch batch) {
    batch.put(
        Tables.MAPPING,
        place(record),
        new Object[] {
          Flat.storable(document.getTenant()),
          record.offset() + 1,
          Flat.value(time(record)),
          Flat.storable(document.getText()),
          header(record, Topics.WHO),
          header(record, Topics.WHY)
        });
    batch.changed(document.getTenant(), Kind.FILES);
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : Flat.storable(new String(header.value(), UTF_8));
  }

  /** What lies under another key than its own is a dead letter of the books. */
  private static void close(Close close, ConsumerRecord<byte[], byte[]> record, Batch batch) {
    Balance balance = close.getBalance();
    if (record.key() == null
        || !Keys.ofPeriod(balance).equals(new String(record.key(), UTF_8))
        || Closes.problem(close) != null) {
      return;
    }
    batch.put(
        Tables.PERIOD_CLOSE,
        place(record),
        new Object[] {
          Flat.storable(balance.getTenant()),
          Flat.storable(balance.getLocation()),
          balance.getGranularity().name(),
          balance.getFrom(),
          (long) close.getVersion(),
          Flat.value(close.getClosedAt()),
          Flat.storable(close.getClosedBy()),
          record.offset(),
          Flat.json(balance),
          Flat.value(time(record))
        });
    batch.changed(balance.getTenant(), Kind.CLOSES);
  }

  private static Instant time(ConsumerRecord<byte[], byte[]> record) {
    return Instant.ofEpochMilli(record.timestamp());
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return record.partition() + ":" + record.offset();
  }

  private static Object[] with(Object[] values, @Nullable Object... more) {
    Object[] all = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, all, values.length, more.length);
    return all;
  }
}
