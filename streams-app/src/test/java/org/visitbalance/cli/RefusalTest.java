package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done is said in one sentence, with exit status 2, whatever the reason. */
class RefusalTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "processing.guarantee=at_least_once",
        "processing.guarantee=exactly_once",
        "application.id=mine",
        "value.deserializer=org.apache.kafka.common.serialization.StringDeserializer",
        "default.value.serde=org.apache.kafka.common.serialization.Serdes$StringSerde",
        "main.consumer.group.id=mine",
        "main.consumer.isolation.level=read_uncommitted",
        "consumer.auto.offset.reset=latest",
        "producer.acks=1",
        "acks=0",
        "enable.idempotence=false",
        "producer.transactional.id=mine",
        "state.dir=/tmp",
        "max.task.idle.ms=-1",
      })
  void aSettingThatWouldLoseOrDoubleFactsIsRefused(String line) throws IOException {
    Path config = Files.writeString(folder.resolve("cluster.properties"), line);

    for (String command : new String[] {"serve", "topics", "read-model"}) {
      Program.Ran ran =
          command.equals("topics")
              ? Program.run(command, "--config", config, "--bootstrap", "127.0.0.1:1")
              : command.equals("serve")
                  ? Program.run(command, "--config", config, "--state", folder)
                  : Program.run(command, "rebuild", "--config", config, "--state", folder);

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err())
          .startsWith("visit-balance: " + line.substring(0, line.indexOf('=')) + " must not be set")
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "acks, all",
    "processing.guarantee, exactly_once_v2",
    "num.stream.threads, 4",
    "producer.linger.ms, 5",
    "main.consumer.session.timeout.ms, 6000",
    "security.protocol, SASL_SSL",
  })
  void whatMayBeSetMayBeSet(String name, String value) {
    FixedSettings.check(Map.of(name, value));
  }

  private static String said(Throwable problem) {
    StringWriter err = new StringWriter();
    assertThat(CommandErrors.say(problem, new PrintWriter(err))).isEqualTo(2);
    return err.toString();
  }

  @Test
  void noSentenceIsNull() {
    assertThat(said(new KafkaException((String) null)))
        .startsWith("visit-balance: KafkaException at org.visitbalance.cli.RefusalTest")
        .hasLineCount(1);
    assertThat(said(new KafkaException(null, new IOException("the disk\n is full"))))
        .isEqualTo("visit-balance: the disk is full" + System.lineSeparator());
    assertThat(said(new StreamsException(new IOException("the disk is full"))))
        .isEqualTo("visit-balance: the disk is full" + System.lineSeparator());
  }

  @Test
  void aFaultOfTheProgramIsASentenceTooAndShowsNoValue() {
    assertThat(said(new IllegalStateException("patient-4711")))
        .startsWith("visit-balance: unexpected fault in the program: IllegalStateException at org.")
        .contains("VISIT_BALANCE_LOG_LEVEL=DEBUG")
        .doesNotContain("patient-4711")
        .hasLineCount(1);
    assertThat(said(new OutOfMemoryError("Java heap space"))).contains("-Xmx").hasLineCount(1);
  }
}
