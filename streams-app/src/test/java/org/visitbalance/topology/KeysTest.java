package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.TENANT;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aNote;
import static org.visitbalance.topology.Given.aRejection;
import static org.visitbalance.topology.Given.aVisit;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.output.Discrepancy;

/** The keys of records are those of contract.md#keys. */
class KeysTest {
  @ParameterizedTest
  @CsvSource({"P1,T1|P1", "a|b,T1|a%7Cb", "100%,T1|100%25", "%7C,T1|%257C", "%|%,T1|%25%7C%25"})
  void partsArePercentEncodedAndComeBack(String part, String key) {
    assertThat(Keys.of("T1", part)).isEqualTo(key);
    assertThat(Keys.parts(key)).containsExactly("T1", part);
  }

  @Test
  void everyOutputTopicHasItsKey() {
    try (Service service = new Service()) {
      // Given names with what has a meaning in keys, and one of everything that can be said
      String patient = "P|1%";
      String token = Board.token(patient, "V|1");
      for (int i = 0; i < 20; i++) {
        service
            .fact(aVisit("V|1").of(patient + i).paidBy("A|B").code("97|1").build())
            .fact(aCharge("1").of(patient + i).forVisit("V|1").code("97|1").units(1).build());
      }
      service
          .fact(aVisit("V|1").of(patient).at("C|1").paidBy("A|B").code("97|1").build())
          .fact(
              aCharge("1")
                  .of(patient)
                  .forVisit("V|1")
                  .at("C|1")
                  .code("97|1")
                  .units(1)
                  .createdAt("2026-11-05T09:00:00Z")
                  .build())
          .fact(aNote("N1", NoteStatus.OPEN, "2026-11-03"))
          .fact(aVisit("V2").at("C02").build())
          .fact(aRejection("R", RejectionType.CHARGE, RejectionStatus.OPEN, "2026-11-04T18:00:00Z"))
          .tick("2026-11-07T00:00:00Z");

      // Then the keys are those of the contract
      Set<String> keys = new TreeSet<>();
      for (Service.Out out : service.said()) {
        if (!out.topic().equals("balancing.visit-ids")) {
          assertThat(String.valueOf(out.value())).doesNotContain(patient, "V|1");
        }
        if (out.value() instanceof Discrepancy one) {
          assertThat(out.key()).isEqualTo(one.getId()).matches("[A-Z2-7]{26}");
        } else {
          keys.add(out.topic() + " " + out.key());
        }
      }
      assertThat(keys)
          .contains(
              "balancing.balances T1|C%7C1|DAY|2026-11-04",
              "balancing.balances T1|C%7C1|WEEK|2026-11-02",
              "balancing.balances T1|C%7C1|MONTH|2026-11-01",
              "balancing.items T1|C%7C1|DAY|2026-11-04|BRIDGE|" + token,
              "balancing.items T1|C01|MONTH|2026-11-01|OPEN_NOTE|" + Board.token("N1"),
              "balancing.visits T1|" + token,
              "balancing.late-arrivals T1|" + token,
              "balancing.unit-variances T1|" + token + "|97%7C1",
              "balancing.cap-proposals T1|A%7CB|97%7C1|2026-11",
              "balancing.visit-ids T1|" + token)
          .allSatisfy(key -> assertThat(key).doesNotContain("P%7C1", "V%7C1"));
      assertThat(service.tables().values(Topics.VISIT_IDS))
          .anySatisfy(
              one -> {
                assertThat(one.getVisit()).isEqualTo(token);
                assertThat(one.getPatientKey()).isEqualTo(patient);
                assertThat(one.getName()).isEqualTo("V|1");
                assertThat(one.getTenant()).isEqualTo(TENANT);
              });
    }
  }
}
