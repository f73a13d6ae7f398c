package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.core.FactProblems;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.intake.hl7.Hl7Counts;
import org.visitbalance.intake.hl7.Hl7Entry;
import org.visitbalance.intake.hl7.Hl7Listeners;
import org.visitbalance.intake.hl7.Hl7Sink;
import org.visitbalance.intake.hl7.MllpClient;

/**
 * Whatever a sender sends, it is answered, nothing is lost, and no patient's text goes anywhere.
 */
class MutatedMessagesTest {
  private static final int MESSAGES = Integer.getInteger("visitbalance.hl7.messages", 200);
  private static final long SEED = Long.getLong("visitbalance.hl7.seed", 7);
  private static final String SECRET = "QUARTERMAINE";
  private static final List<String> PARTS =
      List.of(
          "|",
          "^",
          "~",
          "\\",
          "&",
          "\r",
          "\n",
          "\"\"",
          "CD",
          "CG",
          "MSH|",
          "99999999999",
          "-1",
          "\u00E4",
          "\u0001",
          "2026",
          "FT1|9|",
          "||||||||",
          "^^^^",
          "AN",
          "\\X0D\\");

  @TempDir Path temp;

  private final Random random = new Random(SEED);

  /** A visit has 20 messages, and five visits have the same patients: no real one has thousands. */
  private static String message(int number) {
    String type = List.of("DFT^P03", "ADT^A08", "ADT^A40", "MDM^T02", "SIU^S12").get(number % 5);
    int people = number / 100 * 10;
    int patient = people + number % 10;
    return "MSH|^~\\&|EMR|HARBOR|RF|B|20270115083000||"
        + type
        + "|C"
        + number
        + "|P|2.5.1\r"
        + "EVN|P03|20270115083000\r"
        + "PID|1||E"
        + patient
        + "^^^X^MR~"
        + patient
        + "^^^X^AN||"
        + SECRET
        + "^ANNE\r"
        + "PV1|1|O|C01^^^C01||||T7||||||||||||V"
        + number / 20
        + "\r"
        + "MRG|"
        + (people + number % 5)
        + "^^^X^AN\r"
        + "TXA|1|PN||20270115|T7|||||||D1|||||IP\r"
        + "FT1|1|A"
        + number % 9
        + "||20270115||CG|97110^"
        + SECRET
        + "|||2||||||C01||||T7\r"
        + "FT1|2|||20270115||"
        + (number % 3 == 0 ? "CD" : "CG")
        + "|97140|||1||||||C01||||T7\r"
        + "OBX|1|TX|||"
        + SECRET
        + "\r";
  }

  private String mutated(String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0 && changed.length() > 1; i--) {
      int at = random.nextInt(changed.length());
      switch (random.nextInt(4)) {
        case 0 -> changed.insert(at, PARTS.get(random.nextInt(PARTS.size())));
        case 1 -> changed.delete(at, Math.min(changed.length(), at + 1 + random.nextInt(30)));
        case 2 -> changed.setCharAt(at, (char) (0x20 + random.nextInt(0xDF)));
        default -> {
          int end = Math.min(changed.length(), at + 1 + random.nextInt(200));
          changed.insert(at, changed.substring(at, end));
        }
      }
    }
    return changed.toString();
  }

  @Test
  void eachIsAnsweredAndNoneIsLost() throws IOException {
    try (IntakeStage stage = new IntakeStage(temp, "T1", ZoneOffset.UTC, "");
        Hl7Listeners listeners = listeners(stage);
        MllpClient client = MllpClient.connect("127.0.0.1", listeners.port("emr"), null)) {
      for (int i = 0; i < MESSAGES; i++) {
        String end = "END" + i;
        client.send(mutated(message(i)).getBytes(ISO_8859_1));
        client.send(
            ("MSH|^~\\&|EMR|HARBOR|||20270115||SIU^S12|" + end + "|P|2.5\r").getBytes(ISO_8859_1));
        MllpClient.Answer answer = client.answer();
        if (!answer.control().equals(end)) {
          assertThat(answer.code()).as("seed %d, message %d", SEED, i).matches("[AC][AER]");
          assertThat(answer.toString()).doesNotContain(SECRET);
          assertThat(client.answer().control()).isEqualTo(end);
        }
      }
      long accepted =
          listeners.count("emr", Hl7Counts.Event.USED)
              + listeners.count("emr", Hl7Counts.Event.PARTLY_USED)
              + listeners.count("emr", Hl7Counts.Event.UNUSED);
      assertThat(listeners.count("emr", Hl7Counts.Event.ERROR)).isZero();
      assertThat(stage.topics.told.get(stage.topics.told.size() - 1).getRows()).isEqualTo(accepted);
      assertThat(stage.topics.told.toString()).doesNotContain(SECRET);
      for (SpecificRecord fact : stage.topics.facts) {
        assertThat(FactProblems.of(fact, stage.now)).isNull();
      }
      int sent = stage.topics.facts.size();
      long unused = stage.intake.rebuild();
      stage.restart();
      stage.intake.look();
      assertThat(stage.topics.facts).hasSize(sent);
    }
  }

  private static Hl7Listeners listeners(IntakeStage stage) {
    return Hl7Listeners.start(
        List.of(
            new Hl7Entry(
                "emr", "T1", "127.0.0.1", 0, Hl7Source.EMR, null, null, Set.of(), "P", false)),
        Map.of(),
        any -> ZoneOffset.UTC,
        sink(stage),
        () -> stage.now);
  }

  private static Hl7Sink sink(IntakeStage stage) {
    return new Hl7Sink() {
      @Override
      public List<MessageAnswer> accept(MessageListener listener, List<ReceivedMessage> all)
          throws IOException {
        return stage.intake.accept(listener, all);
      }

      @Override
      public void check() throws IOException {
        stage.intake.checkMessages();
      }
    };
  }
}
