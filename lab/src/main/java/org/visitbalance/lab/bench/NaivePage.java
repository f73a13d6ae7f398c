package org.visitbalance.lab.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * What most people would write first: the DSL of Kafka Streams counts documented visits and charges
 * by day and location and subtracts them. It gives no reasons and knows no amendments, transfers,
 * units, or settings: a measure for what carrying the facts costs.
 */
final class NaivePage implements AutoCloseable {
  private static final String NAME = "naive-page";

  private final LongAdder read = new LongAdder();
  private final LongAdder sent = new LongAdder();
  private final LongAdder counted = new LongAdder();
  private final KafkaStreams streams;

  /**
   * Starts counting at the beginning of the topics.
   *
   * @param properties of the service that it is compared with
   */
  NaivePage(
      Properties properties,
      String prefix,
      TopologyOptions.Serdes serdes,
      List<Settings> settings) {
    properties.put("application.id", prefix + NAME);
    properties.remove("group.instance.id");
    streams = new KafkaStreams(topology(prefix, serdes, settings), properties);
    streams.start();
  }

  private Topology topology(String prefix, TopologyOptions.Serdes serdes, List<Settings> settings) {
    Map<String, String> places = new HashMap<>();
    for (Settings one : settings) {
      for (LocationRow row : Objects.requireNonNull(one.getLocations())) {
        places.put(
            one.getTenant() + "|" + row.getClinicId() + "|" + row.getPosCode(),
            row.getLocationId());
      }
    }
    StreamsBuilder builder = new StreamsBuilder();
    Topics.PATIENT_FACTS.stream()
        .filter(topic -> !topic.equals(Topics.VISITS) && !topic.equals(Topics.CHARGES))
        .forEach(topic -> facts(builder, topic, prefix, serdes));
    KTable<String, Long> documented =
        count(
            "documented",
            facts(builder, Topics.VISITS, prefix, serdes)
                .filter(
                    (key, fact) ->
                        fact instanceof Visit visit
                            && visit.getRevision() == 0
                            && visit.getStatus() == VisitStatus.FINALIZED,
                    Named.as("finalized"))
                .map(
                    (key, fact) -> {
                      Visit visit = (Visit) fact;
                      String place =
                          places.getOrDefault(
                              visit.getTenant()
                                  + "|"
                                  + visit.getClinicId()
                                  + "|"
                                  + visit.getPosCode(),
                              "");
                      return pair(visit.getTenant(), place, visit.getFinalizedOn());
                    },
                    Named.as("documented-by-day")));
    KTable<String, Long> billed =
        count(
            "billed",
            facts(builder, Topics.CHARGES, prefix, serdes)
                .map(
                    (key, fact) -> {
                      Charge charge = (Charge) fact;
                      return pair(
                          charge.getTenant(), charge.getLocationId(), charge.getCreatedOn());
                    },
                    Named.as("billed-by-day")));
    documented
        .outerJoin(
            billed,
            (emr, billing) -> (emr == null ? 0 : emr) - (billing == null ? 0 : billing),
            Named.as("difference"))
        .toStream(Named.as("differences"))
        .to(
            prefix + NAME + "-differences",
            Produced.with(Serdes.String(), Serdes.Long()).withName("differences-out"));
    return builder.build();
  }

  private KStream<String, SpecificRecord> facts(
      StreamsBuilder builder, Topic<?> topic, String prefix, TopologyOptions.Serdes serdes) {
    @SuppressWarnings("unchecked") // A topic has values of its own type.
    Serde<SpecificRecord> serde = (Serde<SpecificRecord>) serdes.of(topic.type());
    return builder.stream(
            prefix + topic.name(),
            Consumed.with(Serdes.String(), serde).withName(topic.name() + "-in"))
        .peek((key, fact) -> read.increment(), Named.as(topic.name() + "-read"));
  }

  private static org.apache.kafka.streams.KeyValue<String, Long> pair(Object... parts) {
    StringBuilder key = new StringBuilder();
    for (Object part : parts) {
      key.append(part).append('|');
    }
    return new org.apache.kafka.streams.KeyValue<>(key.toString(), 1L);
  }

  private KTable<String, Long> count(String name, KStream<String, Long> ones) {
    return ones.peek((key, one) -> sent.increment(), Named.as(name + "-sent"))
        .groupByKey(Grouped.with(name, Serdes.String(), Serdes.Long()))
        .aggregate(
            () -> 0L,
            (key, one, sum) -> {
              counted.increment();
              return sum + one;
            },
            Named.as(name + "-count"),
            Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.Long()));
  }

  /** The topic that it writes to must exist. */
  static String output(String prefix) {
    return prefix + NAME + "-differences";
  }

  /** Returns how many facts it has read. */
  long read() {
    return read.sum();
  }

  /** Whether everything that was read is counted. */
  boolean isCounted() {
    return counted.sum() == sent.sum();
  }

  /** Whether it works. */
  boolean isRunning() {
    return !streams.state().hasStartedOrFinishedShuttingDown();
  }

  @Override
  public void close() {
    streams.close();
  }
}
