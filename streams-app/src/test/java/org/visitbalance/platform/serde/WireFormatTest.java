package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.visitbalance.platform.serde.SomeVisits.SUBJECT;
import static org.visitbalance.platform.serde.SomeVisits.TOPIC;
import static org.visitbalance.platform.serde.SomeVisits.aVisit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.SchemaLog;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.ChainPlace;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.InsightFigures;
import org.visitbalance.state.Judgement;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.VisitFile;

/** What stands on a topic, byte for byte. */
class WireFormatTest {
  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.FULL_TRANSITIVE);
  private final AvroSerde<Visit> serde = AvroSerde.of(Visit.class, registry, Map.of());

  @Test
  void aRecordIsAZeroItsSchemasIdInFourBytesAndAvrosDatum() throws IOException {
    registry.register("another", Schema.create(Schema.Type.INT));
    Visit visit = aVisit().build();

    byte[] bytes = serde.serializer().serialize(TOPIC, visit);

    int id = registry.latest(SUBJECT).id();
    assertThat(id).isEqualTo(2);
    byte[] datum = avro(visit);
    assertThat(bytes)
        .isEqualTo(
            ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(id).put(datum).array());
  }

  @Test
  void whatWasWrittenIsReadAgain() {
    Visit visit = aVisit().setCaseId("").setLines(List.of()).build();

    byte[] bytes = serde.serializer().serialize(TOPIC, visit);
    Visit read = serde.deserializer().deserialize(TOPIC, bytes);

    assertThat(read).isEqualTo(visit);
    assertThat(read.getOccurredAt()).isEqualTo(Instant.parse("2026-11-04T17:05:00.123456789Z"));
    assertThat(read.getVisitId()).isInstanceOf(String.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1969-12-31T23:59:59.999999999Z",
        "1969-11-04T17:05:00.000000001Z",
        "1700-01-01T00:00:00.5Z",
        "1970-01-01T00:00:00Z",
        "2262-04-11T23:47:16.854775807Z",
      })
  void aTimeIsKeptToTheNanosecond(Instant time) {
    Visit visit = aVisit().setOccurredAt(time).build();

    byte[] bytes = serde.serializer().serialize(TOPIC, visit);

    assertThat(serde.deserializer().deserialize(TOPIC, bytes).getOccurredAt()).isEqualTo(time);
  }

  @Test
  void aTimeBeyondTheFormatIsRefused() {
    Visit visit = aVisit().setOccurredAt(Instant.parse("0001-01-01T00:00:00Z")).build();

    assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, visit))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("between 1677 and 2262");
  }

  @Test
  void aTombstoneStaysOne() {
    assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
    assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
    assertThat(registry.subjects()).isEmpty();
  }

  @Test
  void theRegisteredSchemaSaysNothingOfJava() {
    serde.serializer().serialize(TOPIC, aVisit().build());

    Schema registered = registry.latest(SUBJECT).schema();
    assertThat(registered.toString()).doesNotContain("avro.java").contains("timestamp-nanos");
    assertThat(registered.getField("tenant").schema()).isEqualTo(Schema.create(Schema.Type.STRING));
    assertThat(registered.getDoc()).isEqualTo(Visit.getClassSchema().getDoc());
  }

  @Test
  void manyThreadsShareASerde() {
    List<Visit> visits =
        IntStream.range(0, 2_000).mapToObj(i -> aVisit().setRevision(i).build()).toList();

    List<Visit> read =
        visits.parallelStream()
            .map(visit -> serde.serializer().serialize(TOPIC, visit))
            .map(bytes -> serde.deserializer().deserialize(TOPIC, bytes))
            .toList();

    assertThat(read).isEqualTo(visits);
  }

  @Test
  void anotherAvroReadsAndWritesTheSameBytes() throws IOException {
    // A map, a double and the like: every kind of value that a writer may have.
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "All", "fields": [
                  {"name": "i", "type": "int"}, {"name": "l", "type": "long"},
                  {"name": "f", "type": "float"}, {"name": "d", "type": "double"},
                  {"name": "b", "type": "boolean"}, {"name": "s", "type": "string"},
                  {"name": "y", "type": "bytes"},
                  {"name": "x", "type": {"type": "fixed", "name": "Two", "size": 2}},
                  {"name": "m", "type": {"type": "map", "values": "long"}},
                  {"name": "u", "type": ["null", "string"]}]}
                """);
    GenericData.Record record = new GenericData.Record(schema);
    for (long value :
        new long[] {0, 1, -1, 63, 64, -65, 1L << 31, Long.MIN_VALUE, Long.MAX_VALUE}) {
      record.put("i", (int) value);
      record.put("l", value);
      record.put("f", (float) value / 3);
      record.put("d", (double) value / 3);
      record.put("b", value > 0);
      record.put("s", "t\u00e9xt".repeat(300));
      record.put("y", ByteBuffer.wrap(new byte[] {1, 2, 3}));
      record.put("x", new GenericData.Fixed(schema.getField("x").schema(), new byte[] {4, 5}));
      record.put("m", Map.of("one", value));
      record.put("u", value > 0 ? "some" : null);
      ByteArrayOutputStream theirs = new ByteArrayOutputStream();
      BinaryEncoder avro = EncoderFactory.get().binaryEncoder(theirs, null);
      new GenericDatumWriter<>(schema).write(record, avro);
      avro.flush();

      for (KnownTexts texts : new KnownTexts[] {new KnownTexts(), null}) {
        Object read =
            new GenericDatumReader<>(schema)
                .read(null, new ArrayDecoder(theirs.toByteArray(), 0, texts));
        assertThat(read).hasToString(record.toString());
      }
    }
  }

  @Test
  void whatIsStoredHasNoHeader() throws IOException {
    Serde<Visit> stored = Codec.serde(Visit.class);
    Visit visit = aVisit().build();

    byte[] bytes = stored.serializer().serialize("any", visit);

    assertThat(bytes).isEqualTo(avro(visit));
    assertThat(stored.deserializer().deserialize("any", bytes)).isEqualTo(visit);
    assertThat(stored.serializer().serialize("any", null)).isNull();
    assertThat(stored.deserializer().deserialize("any", null)).isNull();
  }

  @Test
  void aRecordThatIsNotWholeIsRefusedWithoutShowingIt() {
    Visit broken = aVisit().build();
    broken.put(Visit.getClassSchema().getField("eventId").pos(), null);

    assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, broken))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(Visit.class.getName())
        .hasMessageNotContaining(SomeVisits.SECRET)
        .hasNoCause();

    // The next one does not meet what the broken one left behind.
    Visit whole = aVisit().build();
    byte[] bytes = serde.serializer().serialize(TOPIC, whole);
    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(whole);
  }

  /** Any values at all, of every record that we have: as Avro writes them, and back. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        Visit.class,
        Note.class,
        Transmission.class,
        Charge.class,
        Rejection.class,
        Feed.class,
        Settings.class,
        Balance.class,
        Item.class,
        VisitSummary.class,
        LateArrival.class,
        UnitVariance.class,
        CapProposal.class,
        Insight.class,
        InsightFigures.class,
        Discrepancy.class,
        VisitIds.class,
        DeadLetter.class,
        VisitFile.class,
        DateSheet.class,
        ChainPlace.class,
        BillingVisit.class,
        RejectionRegister.class,
        Judgement.class
      })
  <T extends SpecificRecord> void everyRecordIsWrittenAsAvroDoesAndReadAgain(Class<T> type)
      throws IOException {
    Serde<T> stored = Codec.serde(type);
    SpecificData model = SpecificData.getForClass(type);
    Schema schema = model.getSchema(type);
    for (Object generic : new RandomData(schema, 50, 1)) {
      ByteArrayOutputStream random = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(random, null);
      new GenericDatumWriter<>(schema).write(generic, encoder);
      encoder.flush();

      T record = stored.deserializer().deserialize("any", random.toByteArray());
      byte[] bytes = stored.serializer().serialize("any", record);

      T avros =
          new SpecificDatumReader<T>(schema, schema, model)
              .read(null, DecoderFactory.get().binaryDecoder(random.toByteArray(), null));
      // Not by equals: Avro's fails for times in records inside of records.
      assertThat(record).hasToString(avros.toString());
      assertThat(stored.deserializer().deserialize("any", bytes)).hasToString(record.toString());
    }
  }

  private static byte[] avro(Visit visit) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(Visit.class).write(visit, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
