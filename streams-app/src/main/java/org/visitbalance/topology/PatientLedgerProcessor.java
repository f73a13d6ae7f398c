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
    this.ledger = new PartitionLedger(options, context, this::say);
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
    try {
      if (topic.equals(Topics.CLOCK)) {
        tick((Tick) decoder.value(place.topic(), record.value()));
      } else {
        Instant knownAt = Instant.ofEpochMilli(timestamp);
        counts.valid(
            topic,
            ledger.add(
                decoder.fact(
                    place.topic(), place.partition(), record.key(), record.value(), knownAt),
                knownAt));
      }
    } catch (FactDecoder.NoFact e) {
      if (!topic.equals(Topics.CLOCK)) {
        counts.deadLettered(topic);
      }
      say(Topics.DEAD_LETTERS, null, e.letter(place.topic(), place.partition(), place.offset()));
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
