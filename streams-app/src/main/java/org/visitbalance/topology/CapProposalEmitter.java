package org.visitbalance.topology;

import java.util.List;
import java.util.Objects;
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

  @Override
  public void init(ProcessorContext<String, CapProposal> context) {
    this.context = context;
    this.said = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<String, CapFigures> record) {
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
