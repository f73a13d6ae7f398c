package org.visitbalance.platform.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.visitbalance.platform.serde.SomeVisits.SECRET;
import static org.visitbalance.platform.serde.SomeVisits.TOPIC;
import static org.visitbalance.platform.serde.SomeVisits.aVisit;

import java.io.EOFException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Visit;

/** Serializers that the configuration names, and that fail in ways of their own. */
class ForeignSerdeTest {
  private static final byte[] RECORD = {0, 0, 0, 0, 7, 2};
  private static Supplier<Object> behaviour = () -> null;

  /** Stands for a serializer of somebody else's. */
  public static final class TheirSerializer implements Serializer<Object> {
    private Map<String, ?> config = Map.of();

    @Override
    public void configure(Map<String, ?> given, boolean isKey) {
      config = given;
    }

    @Override
    public byte[] serialize(String topic, Object record) {
      return config.get("specific.avro.reader").toString().getBytes(StandardCharsets.UTF_8);
    }
  }

  /** Stands for a deserializer of somebody else's. */
  public static final class TheirDeserializer implements Deserializer<Object> {
    @Override
    public Object deserialize(String topic, byte[] bytes) {
      return behaviour.get();
    }
  }

  /** Named as Confluent's. */
  public static final class RestClientException extends Exception {
    private static final long serialVersionUID = 1;
    private final int code;

    RestClientException(int code) {
      this.code = code;
    }

    public int getErrorCode() {
      return code;
    }
  }

  private final Serde<Visit> serde =
      ValueSerdes.of(
              Map.of(
                  ValueSerdes.SERIALIZER, TheirSerializer.class.getName(),
                  ValueSerdes.DESERIALIZER, TheirDeserializer.class.getName()))
          .forClass(Visit.class);

  @Test
  void theyAreUsed() {
    Visit visit = aVisit().build();
    behaviour = () -> visit;

    assertThat(serde.serializer().serialize(TOPIC, visit))
        .isEqualTo(new byte[] {'t', 'r', 'u', 'e'});
    assertThat(serde.deserializer().deserialize(TOPIC, RECORD)).isSameAs(visit);
  }

  @Test
  void whatMayPassIsNotTheRecordsFault() {
    assertFails(
        new SerializationException("", new ConnectException()), NotYetDecodableException.class);
    assertFails(
        new SerializationException("", new RestClientException(50001)),
        NotYetDecodableException.class);
    assertFails(new DisconnectException(), NotYetDecodableException.class);
    assertFails(
        new SerializationException("", new RestClientException(40403)),
        NotYetDecodableException.class);
  }

  @Test
  void whatWillNotPassIs() {
    assertFails(new SerializationException(SECRET), UndecodableException.class);
    assertFails(new SerializationException("", new EOFException()), UndecodableException.class);
    assertFails(new StackOverflowError(), UndecodableException.class);
    behaviour = () -> SECRET;
    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, RECORD))
        .isInstanceOf(UndecodableException.class)
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void aClassThatIsNotThereIsSaidToBeMissing() {
    ValueSerdes serdes =
        ValueSerdes.of(Map.of(ValueSerdes.SERIALIZER, "not.There", ValueSerdes.DESERIALIZER, "x"));

    assertThatThrownBy(() -> serdes.forClass(Visit.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not.There, which is not on the class path");
    assertThatThrownBy(() -> ValueSerdes.of(Map.of(ValueSerdes.SERIALIZER, "x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("together");
  }

  @Test
  void anUnknownSchemaIsWhenThePatienceIsOver() {
    Deserializer<Visit> impatient =
        ValueSerdes.of(
                Map.of(
                    ValueSerdes.SERIALIZER,
                    TheirSerializer.class.getName(),
                    ValueSerdes.DESERIALIZER,
                    TheirDeserializer.class.getName(),
                    "visitbalance.registry.patience",
                    "PT0S"))
            .forClass(Visit.class)
            .deserializer();
    fails(new SerializationException("", new RestClientException(40403)));

    assertThatThrownBy(() -> impatient.deserialize(TOPIC, RECORD))
        .isExactlyInstanceOf(UndecodableException.class)
        .hasMessageContaining("does not know");
  }

  private static void fails(Throwable failure) {
    behaviour =
        () -> {
          if (failure instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) failure;
        };
  }

  private void assertFails(Throwable failure, Class<?> as) {
    fails(failure);
    assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, RECORD))
        .isExactlyInstanceOf(as)
        .hasMessageNotContaining(SECRET);
  }
}
