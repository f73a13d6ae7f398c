package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.visitbalance.platform.serde.SomeVisits.SUBJECT;
import static org.visitbalance.platform.serde.SomeVisits.TOPIC;
import static org.visitbalance.platform.serde.SomeVisits.aVisit;

import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Visit;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaLog;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;

/** Where the id in front of a record comes from. */
class IdSourceTest {
  private static final Map<String, ?> LOOK_UP = Map.of("auto.register.schemas", "false");
  private static final Map<String, ?> LATEST =
      Map.of("auto.register.schemas", false, "use.latest.version", "true");

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.NONE);
  private final Schema ours = PortableSchemas.of(Visit.getClassSchema());
  private final Schema otherDoc =
      new Schema.Parser().parse(ours.toString().replace("A note was", "A paper was"));
  private final Schema oneMore =
      new Schema.Parser()
          .parse(
              ours.toString()
                  .replace(
                      "{\"name\":\"caseId\",",
                      "{\"name\":\"x\",\"type\":\"int\",\"default\":0},{\"name\":\"caseId\","));

  @Test
  void withoutRegisteringTheSchemaMustBeThere() {
    AvroSerde<Visit> serde = AvroSerde.of(Visit.class, registry, LOOK_UP);

    assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, aVisit().build()))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining(SUBJECT)
        .hasMessageContaining("register this program's schemas first");
    assertThat(registry.subjects()).isEmpty();

    registry.register(SUBJECT, otherDoc);
    int id = registry.register(SUBJECT, ours);
    assertThat(idOf(serde)).isEqualTo(id);
  }

  @Test
  void theLatestVersionIsTakenWhereItsBytesAreOurs() {
    registry.register(SUBJECT, ours);
    int id = registry.register(SUBJECT, otherDoc);

    assertThat(idOf(AvroSerde.of(Visit.class, registry, LATEST))).isEqualTo(id);
  }

  @Test
  void ourOwnVersionIsTakenWhereTheLatestHasOtherBytes() {
    int id = registry.register(SUBJECT, ours);
    registry.register(SUBJECT, oneMore);

    assertThat(idOf(AvroSerde.of(Visit.class, registry, LATEST))).isEqualTo(id);
  }

  @Test
  void aMockRegistryIsOneForItsScope() {
    Map<String, String> config = Map.of("schema.registry.url", "mock://id-source-test");
    SchemaRegistry mock = SchemaRegistries.open(config);

    ValueSerdes serdes = ValueSerdes.of(config);
    serdes.forClass(Visit.class).serializer().serialize(TOPIC, aVisit().build());

    assertThat(mock.latest(SUBJECT).schema()).isEqualTo(ours);
    SchemaRegistries.drop("id-source-test");
    assertThatThrownBy(() -> SchemaRegistries.open(config).latest(SUBJECT))
        .isInstanceOf(RegistryRefusedException.class);
  }

  private static int idOf(AvroSerde<Visit> serde) {
    return ByteBuffer.wrap(serde.serializer().serialize(TOPIC, aVisit().build())).getInt(1);
  }
}
