package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aDecision;
import static org.visitbalance.topology.Given.aFeed;
import static org.visitbalance.topology.Given.aNote;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aTransmission;
import static org.visitbalance.topology.Given.aVisit;
import static org.visitbalance.topology.Given.settings;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.output.DeadLetter;

/** What cannot be a fact never stops the service and never vanishes, and tells no secrets. */
class DeadLetterStoryTest {
  private static final String SECRET = "SECRET";
  private static final byte[] GARBAGE = {1, 2, 3};

  @Test
  void aDateOutOfRangeIsADeadLetterOnEveryTopic() {
    try (Service service = new Service()) {
      service.tick("2026-11-04T19:00:00Z");
      List<LocalDate> never =
          List.of(
              LocalDate.ofEpochDay(Integer.MIN_VALUE),
              LocalDate.of(1899, 12, 31),
              LocalDate.of(2200, 1, 1),
              LocalDate.ofEpochDay(Integer.MAX_VALUE));

      for (LocalDate date : never) {
        service
            .fact(Visit.newBuilder(aVisit("V1").build()).setDateOfService(date).build())
            .fact(Visit.newBuilder(aVisit("V2").build()).setFinalizedOn(date).build())
            .fact(Charge.newBuilder(aCharge("1").build()).setDateOfService(date).build())
            .fact(Charge.newBuilder(aCharge("2").build()).setCreatedOn(date).build())
            .fact(
                Note.newBuilder(aNote("N1", NoteStatus.OPEN, "2026-11-04"))
                    .setDateOfService(date)
                    .build())
            .fact(
                Rejection.newBuilder(
                        aRejection(
                            "R1",
                            RejectionType.CHARGE,
                            RejectionStatus.OPEN,
                            "2026-11-04T18:00:00Z"))
                    .setDateOfService(date)
                    .build())
            .fact(
                Decision.newBuilder(
                        aDecision("V1", "HELD", DecisionAction.WITHDRAWN, "2026-11-04T18:00:00Z"))
                    .setDate(date)
                    .build());
      }

      assertThat(service.tables().deadLetters())
          .hasSize(7 * never.size())
          .allSatisfy(
              letter ->
                  assertThat(letter.getReason())
                      .matches(
                          "is (not a date between the years 1900 and 2199|more than 2 days .*)"));
      service.fact(aVisit("V3").build()).fact(aCharge("3").forVisit("V3").build());
      service.tick("2026-11-06T00:00:00Z");
      assertThat(service.tables().values(Topics.BALANCES)).isNotEmpty();
    }
  }

  @Test
  void whateverIsWrongWithARecordItGetsALetterAndTheServiceGoesOn() {
    try (Service service = new Service()) {
      // Given records of which each has something else wrong with it
      service.tick("2026-11-04T19:00:00Z");
      Visit visit = aVisit(SECRET).of(SECRET).build();
      byte[] key = ("T1|" + SECRET).getBytes(UTF_8);
      service
          .raw(Topics.VISITS, key, GARBAGE)
          .raw(Topics.VISITS, key, new byte[0])
          .raw(Topics.VISITS, key, null)
          .raw(Topics.VISITS, null, Service.bytes(visit))
          .send(Topics.VISITS, "T1|P1", visit)
          .send(Topics.VISITS, "T2|" + SECRET, visit)
          .raw(Topics.VISITS, key, Service.bytes(aCharge("1").of(SECRET).build()))
          .fact(aVisit(" ").of(SECRET).build())
          .fact(aVisit(SECRET).of(SECRET).at("").build())
          .fact(aVisit(SECRET).of(SECRET).units(-1).build())
          .fact(aVisit(SECRET).of(SECRET).finalizedOn("2026-11-07").build())
          .fact(aVisit(SECRET).ofTenant(" ").of(SECRET).build())
          .fact(aCharge(SECRET).of(SECRET).createdOn("2026-11-07").build())
          .fact(
              Charge.newBuilder(aCharge(SECRET).of(SECRET).build())
                  .setStatus(ChargeStatus.UNKNOWN)
                  .build())
          .fact(
              Rejection.newBuilder(
                      aRejection(
                          SECRET,
                          RejectionType.UNKNOWN,
                          RejectionStatus.OPEN,
                          "2026-11-04T18:00:00Z"))
                  .setPatientKey(SECRET)
                  .build())
          .fact(
              Transmission.newBuilder(
                      aTransmission(SECRET, TransmissionStatus.UNKNOWN, "2026-11-04T18:00:00Z"))
                  .setPatientKey(SECRET)
                  .build())
          .fact(
              Note.newBuilder(aNote(SECRET, NoteStatus.UNKNOWN, "2026-11-04"))
                  .setPatientKey(SECRET)
                  .build());

      // Then each has its letter: where it lies, which field, and why
      List<DeadLetter> letters = service.tables().deadLetters();
      assertThat(letters)
          .extracting(one -> one.getSource() + " " + one.getPosition() + " " + one.getField())
          .containsExactly(
              "emr.visits 0 null",
              "emr.visits 1 null",
              "emr.visits 2 null",
              "emr.visits 3 key",
              "emr.visits 4 key",
              "emr.visits 5 key",
              "emr.visits 6 null",
              "emr.visits 7 visitId",
              "emr.visits 8 clinicId",
              "emr.visits 9 lines.units",
              "emr.visits 10 finalizedOn",
              "emr.visits 11 tenant",
              "billing.charges 0 createdOn",
              "billing.charges 1 status",
              "billing.rejections 0 type",
              "emr.transmissions 0 status",
              "emr.notes 0 status");
      assertThat(letters)
          .allSatisfy(one -> assertThat(one.getReason()).isNotBlank())
          .allSatisfy(one -> assertThat(one.toString()).doesNotContain(SECRET, "P1"))
          .allSatisfy(one -> assertThat(one.getPartition()).isZero());
      assertThat(letters.subList(7, 11))
          .allSatisfy(one -> assertThat(one.getTenant()).isEqualTo("T1"));
      assertThat(letters.get(11).getTenant()).isNull();
      assertThat(letters.get(13).getReason()).contains("ACTIVE, INACTIVE, REMOVED");

      // And the service goes on; two days ahead is not too far
      service
          .fact(aVisit("V1").finalizedOn("2026-11-06").build())
          .fact(aCharge("1").forVisit("V1").createdOn("2026-11-06").build());
      assertThat(Board.of(service).dayLine("C01", "2026-11-06")).isEqualTo("1 1 BALANCED");
      assertThat(service.tables().deadLetters()).hasSize(17);
    }
  }

  @Test
  void aBadTickOrFeedGetsALetterAndTheServiceGoesOn() {
    try (Service service = new Service()) {
      // Given ticks and feeds that are none
      service
          .raw(Topics.CLOCK, null, new byte[0])
          .raw(Topics.CLOCK, null, null)
          .raw(Topics.FEEDS, "T1|EMR".getBytes(UTF_8), new byte[0])
          .raw(Topics.FEEDS, "T1|EMR".getBytes(UTF_8), null)
          .send(Topics.FEEDS, "T1|BILLING", aFeed(FeedSource.EMR, "2026-11-04T00:00:00Z"))
          .fact(
              Feed.newBuilder(aFeed(FeedSource.EMR, "2026-11-04T00:00:00Z"))
                  .setSource(FeedSource.UNKNOWN)
                  .build());

      // When the next good tick comes, and another one
      service.tick("2026-11-04T19:00:00Z").tick("2026-11-04T19:00:01Z");

      // Then each has its letter, once
      assertThat(service.tables().deadLetters())
          .extracting(one -> one.getSource() + " " + one.getPosition() + " " + one.getField())
          .containsExactly(
              "balancing.clock 0 null",
              "balancing.clock 1 null",
              "balancing.feeds 0 null",
              "balancing.feeds 1 null",
              "balancing.feeds 2 key",
              "balancing.feeds 3 source");
      service.fact(aVisit("V1").build());
      assertThat(Board.of(service).state("V1")).isEqualTo("AWAITING_CHARGE");
    }
  }

  @Test
  void aRecordInAnotherPartitionThanItsKeyGivesIsNoFact() {
    // Given a topic of seven partitions, of which this is the first
    try (Service service = new Service(Instant.EPOCH, TopologyOptions.RETENTION, 1000, 7)) {
      service.tick("2026-11-04T19:00:00Z");

      // When facts about a hundred patients lie in it
      List<String> patients = IntStream.range(0, 100).mapToObj(i -> "P" + i).toList();
      patients.forEach(patient -> service.fact(aVisit("V").of(patient).build()));

      // Then only those whose keys give this partition are facts
      List<String> own = patients.stream().filter(DeadLetterStoryTest::isOwn).toList();
      assertThat(own).hasSizeBetween(5, 30);
      assertThat(service.tables().values(Topics.VISIT_IDS))
          .extracting(one -> one.getPatientKey())
          .containsExactlyInAnyOrderElementsOf(own);
      assertThat(service.tables().deadLetters())
          .hasSize(100 - own.size())
          .allSatisfy(
              one ->
                  assertThat(one.getReason())
                      .startsWith("is in the wrong partition")
                      .contains("set partitioner=murmur2_random"))
          .allSatisfy(one -> assertThat(one.getField()).isEqualTo("key"));
    }
  }

  @Test
  void settingsAndFeedsAreTakenInAnyPartition() {
    try (Service service = new Service(Instant.EPOCH, TopologyOptions.RETENTION, 1000, 7)) {
      // Given settings of a hundred companies and their feeds, all in the first of seven partitions
      List<String> tenants = IntStream.range(0, 100).mapToObj(i -> "T" + i).toList();
      for (String tenant : tenants) {
        service
            .settings(settings().setTenant(tenant).build())
            .fact(
                Feed.newBuilder(aFeed(FeedSource.EMR, "2026-11-04T00:00:00Z"))
                    .setTenant(tenant)
                    .build());
      }
      assertThat(tenants.stream().filter(tenant -> !isFirst(tenant))).hasSizeBetween(70, 99);

      // When the clock ticks, then none has a letter
      service.tick("2026-11-04T19:00:00Z");
      assertThat(service.tables().deadLetters()).isEmpty();
      assertThat(service.metric("facts-standing", Topics.SETTINGS)).isEqualTo(100);
      assertThat(service.metric("facts-standing", Topics.FEEDS)).isEqualTo(100);
    }
  }

  @Test
  void aKeyThatIsNotTheValuesSaysWhatItMustBeMadeOf() {
    try (Service service = new Service()) {
      service
          .send(Topics.VISITS, "P1", aVisit("V1").build())
          .send(Topics.FEEDS, "T1", aFeed(FeedSource.EMR, "2026-11-04T00:00:00Z"))
          .send(Topics.SETTINGS, "T2", settings().build())
          .tick("2026-11-04T19:00:00Z");

      assertThat(service.tables().deadLetters())
          .extracting(one -> one.getField() + " " + one.getReason().replaceAll(",.*", ""))
          .containsExactlyInAnyOrder(
              "key does not match the value; it must be tenant|patientKey",
              "key does not match the value; it must be tenant|source",
              "key does not match the value; it must be tenant");
    }
  }

  private static boolean isOwn(String patient) {
    return isFirst("T1|" + patient);
  }

  /** What Kafka's default partitioner says, asked in its own way. */
  private static boolean isFirst(String text) {
    byte[] key = text.getBytes(UTF_8);
    return org.apache.kafka.clients.producer.internals.BuiltInPartitioner.partitionForKey(key, 7)
        == 0;
  }

  @Test
  void whatAWrongClockWroteIsNoFactByTheTimeOfTheTopic() {
    try (Service service = new Service()) {
      // Given a topic that gets a charge and a feed which their sources date in 2062
      Instant knownAt = Instant.parse("2026-11-04T20:00:00Z");
      service
          .tick("2026-11-04T19:00:00Z")
          .fact(aVisit("V1").build(), knownAt)
          .fact(aCharge("1").forVisit("V1").build(), knownAt)
          .fact(aCharge("1").forVisit("V1").updatedAt("2062-11-04T17:10:00Z").build(), knownAt)
          .fact(aFeed(FeedSource.BILLING, "2062-01-01T00:00:00Z"), knownAt);

      // When the charge is removed
      service
          .fact(aCharge("1").forVisit("V1").removedAt("2026-11-05T09:00:00Z").build(), knownAt)
          .tick("2026-11-07T00:00:00Z");

      // Then that counts, for neither of them stands
      assertThat(Board.of(service).state("V1")).isEqualTo("CHARGES_REMOVED");
      assertThat(service.tables().deadLetters())
          .hasSize(2)
          .allSatisfy(
              letter ->
                  assertThat(letter.getReason())
                      .isEqualTo("is more than 2 days after the fact became known"));
    }
  }

  @Test
  void aFactOfLongAgoAndOfAFarFutureIsOneIfItBecameKnownThen() {
    try (Service service = new Service()) {
      service.fact(aVisit("V1").finalizedAt("2150-11-04T17:00:00Z").build());
      assertThat(service.tables().deadLetters()).isEmpty();
    }
  }
}
