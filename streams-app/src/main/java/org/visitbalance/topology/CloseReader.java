package org.visitbalance.topology;

import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.visitbalance.output.Close;
import org.visitbalance.platform.serde.NotYetDecodableException;

/** Reads closes of periods; invalid records become dead letters. */
final class CloseReader implements Processor<byte[], byte[], String, TopicRecord> {
  /** Key prefix in the ledger's store of closes whose schema is not available yet. */
  private static final String HELD = "held-close|";

  private final FactDecoder decoder;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, TopicRecord> context;

  @SuppressWarnings("NullAway.Init")
  private SourceGauges gauges;

  @SuppressWarnings("NullAway.Init")
  private HeldRecords held;

  CloseReader(TopologyOptions options) {
    this.decoder = new FactDecoder(options, List.of(Topics.CLOSES));
  }

  @Override
  public void init(ProcessorContext<String, TopicRecord> context) {
    this.context = context;
    this.gauges = new SourceGauges(context.metrics(), context.taskId().toString());
    this.held =
        new HeldRecords(
            context,
            context.getStateStore(PatientLedgerProcessor.LEDGER_STORE),
            HELD,
            decoder,
            gauges,
            this::take,
            () -> {});
  }

  @Override
  public void close() {
    gauges.close();
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
    try {
      Close close = decoder.close(record.topic(), record.key(), record.value());
      context.forward(
          new Record<>(
              Keys.ofPeriod(close.getBalance()),
              new TopicRecord(Topics.CLOSES, close),
              record.timestamp()));
    } catch (FactDecoder.NoFact e) {
      giveUp(record, e);
    }
  }

  private void giveUp(InputRecord record, FactDecoder.NoFact problem) {
    context.forward(
        new Record<>(
            null,
            new TopicRecord(
                Topics.DEAD_LETTERS,
                problem.letter(record.topic(), record.partition(), record.offset())),
            record.timestamp()));
  }
}
