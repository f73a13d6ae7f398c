package org.visitbalance.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.DeadLetter;
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
  static final String BEFORE_COMMIT = "before-commit";

  /** Key prefix in the ledger's store of records whose schema is not available yet. */
  private static final String HELD = "held|";

  private final TopologyOptions options;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, TopicRecord> context;

  @SuppressWarnings("NullAway.Init")
  private FactDecoder decoder;

  @SuppressWarnings("NullAway.Init")
  private SourceGauges gauges;

  @SuppressWarnings("NullAway.Init")
  private Counts counts;

  @SuppressWarnings("NullAway.Init")
  private RefusedTicks refused;

  @SuppressWarnings("NullAway.Init")
  private PartitionLedger ledger;

  @SuppressWarnings("NullAway.Init")
  private HeldRecords held;

  @SuppressWarnings("NullAway.Init")
  private ArrivedFacts arrived;

  /** The time of the latest record; what is reported, except dead letters, gets the same time. */
  private long timestamp;

  /** The latest tick that waits for earlier records whose schema is not available yet. */
  private @Nullable InputRecord heldTick;

  PatientLedgerProcessor(TopologyOptions options) {
    this.options = options;
  }

  /** Begins; again, with nothing of before, if a transaction of its task has failed. */
  @Override
  public void init(ProcessorContext<String, TopicRecord> context) {
    this.context = context;
    this.arrived = ArrivedFacts.ofOneOf(options.partitions());
    this.heldTick = null;
    List<Topic<?>> topics = new ArrayList<>(Topics.PATIENT_FACTS);
    topics.add(Topics.CLOCK);
    this.decoder = new FactDecoder(options, topics);
    this.gauges = new SourceGauges(context.metrics(), context.taskId().toString());
    this.counts = new Counts(context.getStateStore(LEDGER_STORE), gauges);
    this.refused = new RefusedTicks(context.getStateStore(LEDGER_STORE), gauges);
    this.ledger = new PartitionLedger(options, context, this::say, this::takeWaited);
    context
        .<BeforeCommit>getStateStore(BEFORE_COMMIT)
        .run(
            context,
            () -> {
              takeArrived(ledger::settle);
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
  public void close() {
    gauges.close();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    InputRecord input = InputRecord.of(context.recordMetadata().orElseThrow(), record);
    timestamp = input.timestamp();
    if (decoder.topic(input.topic()).equals(Topics.CLOCK)) {
      takeArrived(ledger::evaluate);
      boolean unused = takeOrHold(input, this::take);
    } else {
      arrived.add(input);
      if (arrived.isFull()) {
        context.commit();
      }
    }
  }

  /**
   * Takes what has arrived since the last commit or tick.
   *
   * @param taken is told of each patient when all its facts are taken
   */
  private void takeArrived(Consumer<String> taken) {
    arrived.take(
        (patient, facts) -> {
          for (InputRecord fact : facts) {
            boolean unused = takeOrHold(fact, this::take);
          }
          taken.accept(patient);
        });
  }

  /** Takes a fact that has waited for a rebuild; what it changes has the time of the tick. */
  private boolean takeWaited(InputRecord record) {
    return takeOrHold(record, this::takeFact);
  }

  /** Returns whether a record is taken, whatever has become of it; if not, it is held. */
  private boolean takeOrHold(InputRecord record, HeldRecords.Taking taking) {
    try {
      taking.take(record);
    } catch (NotYetDecodableException e) {
      if (held.hold(record, e)) {
        return false;
      }
      giveUp(record, FactDecoder.givenUp());
    }
    return true;
  }

  private void take(InputRecord record) {
    if (decoder.topic(record.topic()).equals(Topics.CLOCK)) {
      try {
        tick((Tick) decoder.value(record.topic(), record.value()), record);
      } catch (FactDecoder.NoFact e) {
        giveUp(record, e);
      }
    } else if (!ledger.holds(record)) {
      takeFact(record);
    }
  }

  private void takeFact(InputRecord record) {
    Instant knownAt = Instant.ofEpochMilli(record.timestamp());
    try {
      SpecificRecord fact =
          decoder.fact(record.topic(), record.partition(), record.key(), record.value(), knownAt);
      counts.valid(decoder.topic(record.topic()), ledger.add(fact, knownAt));
    } catch (FactDecoder.NoFact e) {
      giveUp(record, e);
    }
  }

  private void tick(Tick tick, InputRecord record) throws FactDecoder.NoFact {
    if (!RefusedTicks.isAhead(tick, record.timestamp())) {
      if (held.isAwaited()) {
        heldTick = record;
      } else {
        ledger.tick(tick.getAt());
        if (held.isAwaited()) {
          // A fact that waited for a rebuild now waits for its schema.
          heldTick = record;
        }
      }
    } else if (refused.add(record.timestamp())) {
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
    DeadLetter letter = problem.letter(record.topic(), record.partition(), record.offset());
    if (ledger.isNews(letter)) {
      forward(Topics.DEAD_LETTERS, null, letter, record.timestamp());
    }
  }

  private void say(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value) {
    forward(topic, key, value, timestamp);
    if (topic.keeping() == Topic.Keeping.INTERNAL) {
      counts.posted();
    }
  }

  private void forward(
      Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value, long at) {
    context.forward(new Record<>(key, new TopicRecord(topic, value), at));
  }
}
