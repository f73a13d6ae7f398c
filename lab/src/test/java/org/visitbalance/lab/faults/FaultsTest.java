package org.visitbalance.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FaultsTest {
  @Test
  void faultsOverlapUnlessTheyHaveTheSameTargetOrTheSuiteNeedsWhatIsDown() {
    assertThat(Faults.mayOverlap(FaultKind.KILL_INSTANCE, FaultKind.KILL_BROKER)).isTrue();
    assertThat(Faults.mayOverlap(FaultKind.KILL_REGISTRY, FaultKind.POISON)).isTrue();
    assertThat(Faults.mayOverlap(FaultKind.POISON, FaultKind.POISON)).isFalse();
    assertThat(Faults.mayOverlap(FaultKind.LOSE_STATE, FaultKind.FREEZE_INSTANCE)).isFalse();
    assertThat(Faults.mayOverlap(FaultKind.KILL_REGISTRY, FaultKind.CLOSE_DAYS)).isFalse();
    assertThat(Faults.mayOverlap(FaultKind.CLOSE_DAYS, FaultKind.KILL_REGISTRY)).isFalse();
  }
}
