package org.visitbalance.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.platform.serde.NotYetDecodableException;

/**
 * The patient ledger of one partition: takes facts about its patients and clock ticks, and reports
 * what has changed. A record that is not a fact becomes a dead letter, whatever is wrong with it.
 */
final class PatientLedgerProcessor implements Processor<byte[], byte[], String, TopicRecord> {
  static final String PATIENTS_STORE = "patients";
  static final String TIMERS_STORE = "timers";
  static final String LEDGER_STORE = "ledger";
  static final String WALK_STORE = "patient-list";

  /** Key prefix in the ledger's store of records whose schema is not available yet. */
  private static final String HELD = "held|";

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

  @SuppressWarnings("NullAway.Init")
  private HeldRecords held;

  /**
   * The time of the record being processed; everything reported because of it gets the same time.
   */
  private long timestamp;

  /** The latest tick that waits for earlier records whose schema is not available yet. */
  private @Nullable InputRecord heldTick;

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
    this.held =
        new HeldRecords(
            context,
            context.getStateStore(LEDGER_STORE),
            HELD,
            decoder,
            gauges,
            this::take,
            this::takeHeldTick);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    InputRecord read = InputRecord.of(context.recordMetadata().orElseThrow(), record);
    try {
      take(read);
    } catch (NotYetDecodableException e) {
      if (!held.hold(read, e)) {
        giveUp(read, FactDecoder.givenUp());
      }
    }
  }

  private void take(InputRecord record) {
    Topic<?> topic = decoder.topic(record.topic());
    timestamp = record.timestamp();
    try {
      if (topic.equals(Topics.CLOCK)) {
        tick((Tick) decoder.value(record.topic(), record.value()), record);
      } else {
        Instant knownAt = Instant.ofEpochMilli(timestamp);
        counts.valid(
            topic,
            ledger.add(
                decoder.fact(
                    record.topic(), record.partition(), record.key(), record.value(), knownAt)));
      }
    } catch (FactDecoder.NoFact e) {
      giveUp(record, e);
    }
  }

  private void tick(Tick tick, InputRecord record) throws FactDecoder.NoFact {
    if (!RefusedTicks.isAhead(tick, timestamp)) {
      if (held.isAwaited()) {
        heldTick = record;
      } else {
        ledger.tick(tick.getAt());
      }
    } else if (refused.add(timestamp)) {
      throw new FactDecoder.NoFact(
          null,
          "at",
          "is more than 5 minutes ahead of the time at which the broker received it: the clock of"
              + " the host that sent it is wrong. Correct that clock. This letter stands for all"
              + " such ticks of this partition within an hour");
    }
  }

  /** Processes the tick that waited: the records it waited for have arrived or were given up. */
  private void takeHeldTick() {
    InputRecord tick = heldTick;
    heldTick = null;
    if (tick != null) {
      take(tick);
    }
  }

  private void giveUp(InputRecord record, FactDecoder.NoFact problem) {
    Topic<?> topic = decoder.topic(record.topic());
    if (!topic.equals(Topics.CLOCK)) {
      counts.deadLettered(topic);
    }
    say(
        Topics.DEAD_LETTERS,
        null,
        problem.letter(record.topic(), record.partition(), record.offset()));
  }

  private void say(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    context.forward(new Record<>(key, new TopicRecord(topic, value), timestamp));
    if (topic.keeping() == Topic.Keeping.INTERNAL) {
      counts.posted();
    }
  }
}
