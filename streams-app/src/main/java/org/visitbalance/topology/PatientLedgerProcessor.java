package org.visitbalance.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.DeadLetter;

/**
 * The patient ledger of one partition: takes facts about its patients and clock ticks, and reports
 * what has changed. A record that is not a fact becomes a dead letter, whatever is wrong with it.
 */
final class PatientLedgerProcessor implements Processor<byte[], byte[], String, TopicRecord> {
  static final String PATIENTS_STORE = "patients";
  static final String TIMERS_STORE = "timers";
  static final String LEDGER_STORE = "ledger";
  static final String WALK_STORE = "patient-list";

  private final TopologyOptions options;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, TopicRecord> context;

  @SuppressWarnings("NullAway.Init")
  private FactDecoder decoder;

  @SuppressWarnings("NullAway.Init")
  private Counts counts;

  @SuppressWarnings("NullAway.Init")
  private RefusedTicks refused;

  @SuppressWarnings("NullAway.Init")
  private PartitionLedger ledger;

  /**
   * The time of the record being processed; everything reported because of it gets the same time.
   */
  private long timestamp;

  PatientLedgerProcessor(TopologyOptions options) {
    this.options = options;
  }

  @Override
  public void init(ProcessorContext<String, TopicRecord> context) {
    this.context = context;
    List<Topic<?>> topics = new ArrayList<>(Topics.PATIENT_FACTS);
    topics.add(Topics.CLOCK);
    this.decoder = new FactDecoder(options, topics);
    SourceGauges gauges = new SourceGauges(context.metrics(), context.taskId().toString());
    this.counts = new Counts(context.getStateStore(LEDGER_STORE), gauges);
    this.refused = new RefusedTicks(context.getStateStore(LEDGER_STORE), gauges);
    this.ledger = new PartitionLedger(options, context, this::say, this::takeWaited);
    context
        .<BeforeCommit>getStateStore(BeforeCommit.NAME)
        .run(
            context,
            () -> {
              ledger.flush();
              counts.flush();
            });
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    Topic<?> topic = decoder.topic(place.topic());
    timestamp = record.timestamp();
    if (!topic.equals(Topics.CLOCK)) {
      if (!ledger.holds(place.topic(), place.offset(), timestamp, record.key(), record.value())) {
        take(place.topic(), place.offset(), timestamp, record.key(), record.value());
      }
      return;
    }
    try {
      tick((Tick) decoder.value(place.topic(), record.value()));
    } catch (FactDecoder.NoFact e) {
      say(Topics.DEAD_LETTERS, null, e.letter(place.topic(), place.partition(), place.offset()));
    }
  }

  private void takeWaited(LedgerRebuild.Held held) {
    take(held.topic, held.offset, held.timestamp, held.key, held.value);
  }

  private void take(
      String topic, long offset, long knownAt, byte @Nullable [] key, byte @Nullable [] value) {
    int partition = context.taskId().partition();
    try {
      Instant known = Instant.ofEpochMilli(knownAt);
      counts.valid(
          decoder.topic(topic),
          ledger.add(decoder.fact(topic, partition, key, value, known), known));
    } catch (FactDecoder.NoFact e) {
      counts.deadLettered(decoder.topic(topic));
      DeadLetter letter = e.letter(topic, partition, offset);
      if (ledger.isNews(letter)) {
        say(Topics.DEAD_LETTERS, null, letter);
      }
    }
  }

  private void tick(Tick tick) throws FactDecoder.NoFact {
    if (!RefusedTicks.isAhead(tick, timestamp)) {
      ledger.tick(tick.getAt());
    } else if (refused.add(timestamp)) {
      throw new FactDecoder.NoFact(
          null,
          "at",
          "is more than 5 minutes ahead of the time at which the broker received it: the clock of"
              + " the host that sent it is wrong. Correct that clock. This letter stands for all"
              + " such ticks of this partition within an hour");
    }
  }

  private void say(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    context.forward(new Record<>(key, new TopicRecord(topic, value), timestamp));
    if (topic.keeping() == Topic.Keeping.INTERNAL) {
      counts.posted();
    }
  }
}
