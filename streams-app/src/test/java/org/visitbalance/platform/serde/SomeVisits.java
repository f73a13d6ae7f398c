package org.visitbalance.platform.serde;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/** Visits to write and to read; what must not show in a message is {@link #SECRET}. */
final class SomeVisits {
  static final String SECRET = "patient-4711";
  static final String TOPIC = "emr.visits";
  static final String SUBJECT = "emr.visits-value";

  private SomeVisits() {}

  static Visit.Builder aVisit() {
    return Visit.newBuilder()
        .setTenant("T1")
        .setEventId("e1")
        .setOccurredAt(Instant.parse("2026-11-04T17:05:00.123456789Z"))
        .setVisitId("V1-\u00e9\u4e16")
        .setRevision(-3)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey(SECRET)
        .setClinicId("C01")
        .setPosCode("11")
        .setDateOfService(LocalDate.parse("2026-11-04"))
        .setFinalizedAt(Instant.parse("2026-11-04T17:05:00.000000001Z"))
        .setFinalizedOn(LocalDate.parse("2026-11-04"))
        .setTherapistId("TH1")
        .setNoteType(NoteType.DAILY_NOTE)
        .setPayerId("BCBS")
        .setNoCharge(NoCharge.NONE)
        .setRebilled(true)
        .setLines(List.of(line("97110", 3), line("97140", 1)));
  }

  private static VisitLine line(String cpt, int units) {
    return VisitLine.newBuilder()
        .setCpt(cpt)
        .setModifiers(List.of("GP", "59"))
        .setUnits(units)
        .setTimed(true)
        .build();
  }
}
