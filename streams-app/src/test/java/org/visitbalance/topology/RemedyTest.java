package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each dead letter says what can be done about it. */
class RemedyTest {
  @Test
  void eachReasonHasItsRemedy() {
    assertThat(Remedy.of("a.balancing.clock", null, "cannot be read")).isEqualTo(Remedy.NONE);
    assertThat(Remedy.of("emr.visits", "key", FactDecoder.WRONG_PARTITION))
        .isEqualTo(Remedy.REPARTITION);
    assertThat(Remedy.of("emr.visits", "key", "lies in another partition than its own"))
        .isEqualTo(Remedy.REPARTITION);
    assertThat(Remedy.of("emr.visits", "key", "does not match the value; it must be tenant"))
        .isEqualTo(Remedy.SEND_AGAIN);
    assertThat(Remedy.of("emr.visits", "units", "is negative")).isEqualTo(Remedy.SEND_AGAIN);
    assertThat(Remedy.of("emr.visits", null, "has no value")).isEqualTo(Remedy.SEND_AGAIN);
    assertThat(Remedy.of("emr.visits", null, "is too old: before 2025-10-01"))
        .isEqualTo(Remedy.KEEP_LONGER);
    assertThat(Remedy.of("emr.visits", null, "a record names schema 7, which is unknown"))
        .isEqualTo(Remedy.RETRY);
    assertThat(Remedy.values()).allSatisfy(one -> assertThat(one.action()).endsWith("."));
  }
}
