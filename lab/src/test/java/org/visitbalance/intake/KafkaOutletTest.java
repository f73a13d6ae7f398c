package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.Charge;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.CommittedReading;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Facts and states of files on the topics of a cluster. */
@Tag("slow")
class KafkaOutletTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final int ROWS = 7000;
  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;

  @TempDir Path temp;

  @BeforeAll
  static void start() {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    TopicProvisioner.create(clients, "", 2, Topic.Time.SIMULATION);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** Sends, and loses the answer of some call. */
  private record Losing(KafkaOutlet outlet, AtomicInteger good) implements Outlet {
    @Override
    public void send(
        List<ReceivedFile> files, List<org.apache.avro.specific.SpecificRecord> facts) {
      outlet.send(files, facts);
      if (good.getAndDecrement() == 0) {
        throw new IllegalStateException("the answer is lost");
      }
    }

    @Override
    public ReceivedFile last(ReceivedFile file) {
      return outlet.last(file);
    }

    @Override
    public void close() {
      outlet.close();
    }
  }

  @Test
  void readersSeeEachFactOnceAndTheStateOfTheFile() throws IOException {
    Path inbox = Files.createDirectory(temp.resolve("inbox"));
    IntakeFolder folder =
        new IntakeFolder(
            inbox,
            "T1",
            null,
            Duration.ZERO,
            List.of(),
            null,
            temp.resolve("archive"),
            temp.resolve("quarantine"),
            List.of(),
            false,
            false);
    StringBuilder rows =
        new StringBuilder(
            "charge_id,patient_account_number,date_of_service,charge_date,update_date,cpt_code,"
                + "units,place_of_service_id,treating_therapist_id\n");
    for (int id = 0; id < ROWS; id++) {
      rows.append(id).append(",A").append(id % 9);
      rows.append(",2026-11-04,2026-11-04 12:00,,97110,2,L01,TH1\n");
    }
    Files.writeString(inbox.resolve("billing_1.csv"), rows);
    IntakePlan plan =
        new IntakePlan(temp.resolve("state"), List.of(folder), any -> null, any -> null);
    AtomicInteger good = new AtomicInteger(1);
    for (int attempt = 0; attempt < 2; attempt++) {
      try (Outlet outlet =
              new Losing(
                  new KafkaOutlet(
                      clients,
                      ValueSerdes.of(clients)::forClass,
                      "",
                      IntakeName.of(plan.state()),
                      () -> NOW),
                  good);
          Intake intake = Intake.open(plan, outlet, () -> NOW)) {
        intake.look();
      } catch (IllegalStateException e) {
        assertThat(attempt).isZero();
      }
    }

    List<String> ids = new ArrayList<>();
    List<FileState> states = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    new TopicReader(clients, ValueSerdes.of(clients)::forClass, "")
        .read(
            List.of(Topics.CHARGES, Topics.FILES),
            (topic, key, value) -> {
              if (value instanceof Charge charge) {
                ids.add(charge.getChargeId());
                assertThat(key).isEqualTo("T1|" + charge.getPatientKey());
              } else if (value instanceof ReceivedFile file) {
                keys.add(key);
                states.add(file.getState());
              }
            });
    assertThat(ids).hasSize(ROWS).doesNotHaveDuplicates();
    assertThat(states)
        .containsExactly(FileState.RECEIVED, FileState.READ, FileState.READ, FileState.DONE);
    assertThat(keys).hasSize(1);
    assertThat(stamps()).containsOnly(NOW.toEpochMilli());
  }

  /** The times of the facts on their topic, which a simulation keeps. */
  private static Set<Long> stamps() {
    Set<Long> stamps = new HashSet<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            CommittedReading.config(clients),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      CommittedReading.begin(consumer, List.of(Topics.CHARGES.name()));
      CommittedReading.readToEnd(consumer, record -> stamps.add(record.timestamp()));
    }
    return stamps;
  }
}
