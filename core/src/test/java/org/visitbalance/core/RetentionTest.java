package org.visitbalance.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.Retained;

/** When something may leave a patient's state (rules.md#retention). */
class RetentionTest {
  private static final Instant OPENED = Instant.parse("2024-11-04T12:00:00Z");
  private static final Instant LATER = Instant.parse("2026-12-04T12:00:00Z");

  private final MemoryStore store = new MemoryStore();
  private final Retention retention =
      new Retention(store, () -> TenantSettings.defaults("T1"), Duration.ofDays(730));

  private static RejectionRegister register(RejectionStatus status) {
    Rejection rejection =
        Rejection.newBuilder()
            .setTenant("T1")
            .setEventId("R1@" + status)
            .setOccurredAt(OPENED)
            .setRejectionId("R1")
            .setType(RejectionType.PATIENT)
            .setStatus(status)
            .setAt(OPENED)
            .setReasonCode("X")
            .setPatientKey("P1")
            .build();
    return new RejectionRegister(rejection, OPENED, null);
  }

  @Test
  void anOpenRejectionStaysAndMayLeaveOnceItIsCleared() {
    assertThat(retention.mayHaveLeft(LATER)).isFalse();

    store.putRejections(List.of(register(RejectionStatus.OPEN)));
    assertThat(retention.mayHaveLeft(LATER)).isFalse();

    store.putRejections(List.of(register(RejectionStatus.CLEARED)));
    assertThat(retention.mayHaveLeft(LATER)).isTrue();
    assertThat(retention.mayHaveLeft(OPENED)).isFalse();
  }

  @Test
  void aLaterDateOfAnEarlierFactKeepsIt() {
    store.putRejections(List.of(register(RejectionStatus.CLEARED)));
    assertThat(retention.mayHaveLeft(LATER)).isTrue();

    Map<String, LocalDate> latest = Map.of("rejection|R1", LocalDate.of(2026, 11, 4));
    store.putRetained(new Retained(null, latest));
    assertThat(retention.mayHaveLeft(LATER)).isFalse();
  }
}
