package org.visitbalance.topology;

import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.visitbalance.output.Close;

/** Reads closes of periods; invalid records become dead letters. */
final class CloseReader implements Processor<byte[], byte[], String, TopicRecord> {
  private final FactDecoder decoder;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, TopicRecord> context;

  CloseReader(TopologyOptions options) {
    this.decoder = new FactDecoder(options, List.of(Topics.CLOSES));
  }

  @Override
  public void init(ProcessorContext<String, TopicRecord> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    try {
      Close close = decoder.close(place.topic(), record.key(), record.value());
      context.forward(
          new Record<>(
              Keys.ofPeriod(close.getBalance()),
              new TopicRecord(Topics.CLOSES, close),
              record.timestamp()));
    } catch (FactDecoder.NoFact e) {
      context.forward(
          new Record<>(
              null,
              new TopicRecord(
                  Topics.DEAD_LETTERS, e.letter(place.topic(), place.partition(), place.offset())),
              record.timestamp()));
    }
  }
}
