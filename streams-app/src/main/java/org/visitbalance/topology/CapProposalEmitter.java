package org.visitbalance.topology;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.output.CapProposal;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.CapFigures;

/** Turns the figures of a cap's book into its proposal, and reports it when it has changed. */
final class CapProposalEmitter implements Processor<String, CapFigures, String, CapProposal> {
  static final String STORE = "cap-proposals-said";

  private final Codec<CapProposal> codec = new Codec<>(CapProposal.class);

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<String, CapProposal> context;

  @SuppressWarnings("NullAway.Init")
  private KeyValueStore<String, byte[]> said;

  @SuppressWarnings("NullAway.Init")
  private Silence silence;

  private final Codec<CapFigures> figures = new Codec<>(CapFigures.class);
  private final TopologyOptions options;

  CapProposalEmitter(TopologyOptions options) {
    this.options = options;
  }

  @Override
  public void init(ProcessorContext<String, CapProposal> context) {
    this.context = context;
    this.said = context.getStateStore(STORE);
    this.silence = new Silence(options.rebuild(), options.partitions(), said);
    if (!silence.isOver()) {
      context.schedule(Silence.LOOK, PunctuationType.WALL_CLOCK_TIME, now -> endSilence());
    }
  }

  @Override
  public void process(Record<String, CapFigures> record) {
    if (!silence.isOver()) {
      silence.take(record.key(), figures.encode(record.value()));
    } else if (Silence.isBook(record.key())) {
      tell(record);
    }
  }

  private void endSilence() {
    Rebuild rebuild = options.rebuild();
    if (silence.isOver() || rebuild == null || !silence.mayEnd()) {
      return;
    }
    long moment = rebuild.moment().toEpochMilli();
    Map<PreviousOutputs.Place, SpecificRecord> reported =
        rebuild.previous().ofCaps(context.taskId().partition(), options.partitions());
    reported.forEach((place, value) -> said.put(place.key(), codec.encode((CapProposal) value)));
    for (KeyValue<String, byte[]> one : silence.end()) {
      reported.remove(new PreviousOutputs.Place(Topics.CAP_PROPOSALS, one.key));
      tell(new Record<>(one.key, figures.decode(one.value), moment));
    }
    for (PreviousOutputs.Place gone : reported.keySet()) {
      said.delete(gone.key());
      context.forward(new Record<>(gone.key(), null, moment));
    }
    for (KeyValue<String, byte[]> one : silence.held()) {
      tell(new Record<>(one.key, figures.decode(one.value), moment));
    }
  }

  private void tell(Record<String, CapFigures> record) {
    List<String> parts = Keys.parts(record.key());
    CapProposal proposal =
        StoredBooks.book(record.value())
            .proposal(
                parts.get(0),
                parts.get(1),
                parts.get(2),
                parts.get(3),
                record.value().getRuledCap());
    if (!Objects.equals(proposal, codec.decodeIfThere(said.get(record.key())))) {
      said.put(record.key(), proposal == null ? null : codec.encode(proposal));
      context.forward(record.withValue(proposal));
    }
  }
}
