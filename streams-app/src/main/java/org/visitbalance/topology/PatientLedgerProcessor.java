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
 * The patient ledger of one partition: takes facts about its patients and ticks of the clock, and
 * says what has changed. What cannot be a fact becomes a dead letter, whatever is wrong with it.
 */
final class PatientLedgerProcessor implements Processor<byte[], byte[], String, TopicRecord> {
  static final String PATIENTS_STORE = "patients";
  static final String TIMERS_STORE = "timers";
  static final String LEDGER_STORE = "ledger";
  static final String WALK_STORE = "patient-list";

  /** In the ledger's store: records whose schema is not there yet. */
  private static final String HELD = "held|";

  private final TopologyOptions options;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, TopicRecord> context;

  @SuppressWarnings("NullAway.Init")
  private FactDecoder decoder;

  @SuppressWarnings("NullAway.Init")
  private Counts counts;

  @SuppressWarnings("NullAway.Init")
  private PartitionLedger ledger;

  @SuppressWarnings("NullAway.Init")
  private HeldRecords held;

  /** Time of the record that is being processed: what is said of it has the same. */
  private long timestamp;

  /** The latest tick that came while facts were awaited which lie before it. */
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
        Instant at = ((Tick) decoder.value(record.topic(), record.value())).getAt();
        if (held.isAwaited()) {
          heldTick = record;
        } else {
          ledger.tick(at);
        }
      } else {
        counts.valid(
            topic,
            ledger.add(
                decoder.fact(record.topic(), record.partition(), record.key(), record.value())));
      }
    } catch (FactDecoder.NoFact e) {
      giveUp(record, e);
    }
  }

  /** What was awaited has come, or will not: the clock goes on. */
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
