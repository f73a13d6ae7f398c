package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.visitbalance.platform.serde.SomeVisits.SECRET;
import static org.visitbalance.platform.serde.SomeVisits.TOPIC;
import static org.visitbalance.platform.serde.SomeVisits.aVisit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Visit;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.SchemaLog;

/** Records that can never be read are told apart, and are never shown. */
class UndecodableRecordTest {
  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.NONE);
  private final AvroSerde<Visit> serde = AvroSerde.of(Visit.class, registry, Map.of());
  private final byte[] good = serde.serializer().serialize(TOPIC, aVisit().build());

  @ParameterizedTest
  @CsvSource({
    "'', of 0 bytes is too short",
    "00000001, of 4 bytes is too short",
    "0100000001, does not begin with the zero byte",
    "0000000000, 'names schema 0, which is not a valid id'",
    "00ffffffff, 'names schema -1, which is not a valid id'",
    "0000000063, 'names schema 99, which the schema registry does not know'",
  })
  void bytesThatAreNotOfTheWireFormat(String hex, String message) {
    assertUndecodable(HexFormat.of().parseHex(hex), message);
  }

  @Test
  void textInsteadOfAvro() {
    assertUndecodable(
        ("{\"patientKey\":\"" + SECRET + "\"}").getBytes(StandardCharsets.UTF_8), "zero byte");
  }

  @Test
  void aDatumThatEndsTooEarlyWhereverItDoes() {
    for (int length = WireFormat.HEADER; length < good.length; length++) {
      assertUndecodable(Arrays.copyOf(good, length), "cannot be read at byte");
    }
  }

  @Test
  void aDatumWithSomethingAfterIt() {
    assertUndecodable(Arrays.copyOf(good, good.length + 2), "2 bytes are left after its data");
  }

  @Test
  void aRecordOfAnotherKind() {
    int charge = registry.register("x-value", PortableSchemas.of(Charge.getClassSchema()));
    byte[] bytes = good.clone();
    ByteBuffer.wrap(bytes).putInt(1, charge);

    assertUndecodable(bytes, "its schema is that of " + Charge.class.getName());
  }

  @Test
  void garbageOfAnyKindIsRefusedQuicklyAndInLittleMemory() {
    long seed = Long.getLong("visitbalance.seed", 1);
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      int changes = 1 + random.nextInt(4);
      for (int j = 0; j < changes; j++) {
        bytes[WireFormat.HEADER + random.nextInt(bytes.length - WireFormat.HEADER)] =
            (byte) random.nextInt();
      }
      Throwable thrown = catchThrowable(() -> serde.deserializer().deserialize(TOPIC, bytes));
      if (thrown != null) {
        refused++;
        assertThat(thrown)
            .as("seed %d, change %d", seed, i)
            .isInstanceOf(UndecodableException.class);
        assertThat(thrown.getMessage()).doesNotContain(SECRET);
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void aLengthOfGigabytesAsksForNoMemory() {
    // The tenant's length, 2^31 - 1.
    byte[] bytes = Arrays.copyOf(good, 40);
    byte[] length = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    System.arraycopy(length, 0, bytes, WireFormat.HEADER, length.length);

    assertUndecodable(bytes, "EOFException");
  }

  private void assertUndecodable(byte[] bytes, String message) {
    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes))
        .isExactlyInstanceOf(UndecodableException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining(SECRET)
        .hasNoCause();
  }
}
