package org.visitbalance.lab.bench;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.FactProducer;

/**
 * A company whose visits of one past day become known one after the other. Of two visits, one is
 * billed a moment later and one never is: rows of all kinds come, change, and go.
 */
final class SoakCompany implements AutoCloseable {
  static final String TENANT = "SOAK";

  private static final int CLINICS = 20;
  private static final int FACTS_OF_TWO_VISITS = 3;
  private static final int DAYS_AGO = 5;

  private final LocalDate day = LocalDate.now(ZoneOffset.UTC).minusDays(DAYS_AGO);
  private final Instant at = day.atTime(LocalTime.NOON).toInstant(ZoneOffset.UTC);
  private final FactProducer producer;
  private long facts;
  private long visits;

  SoakCompany(Map<String, Object> clients) {
    this.producer = new FactProducer(clients, ValueSerdes.of(clients)::forClass, "");
  }

  /** The day of all its visits. */
  LocalDate day() {
    return day;
  }

  /** How many of its visits are not billed. */
  long unbilled() {
    return visits - facts / FACTS_OF_TWO_VISITS;
  }

  /** Produces facts until there are so many of them; returns how many visits there are. */
  long produce(long until) {
    for (; facts < until; facts++) {
      if (facts % FACTS_OF_TWO_VISITS == FACTS_OF_TWO_VISITS - 1) {
        producer.fact(charge(visits - 2));
      } else {
        producer.fact(visit(visits++));
      }
    }
    producer.flush();
    return visits;
  }

  private Visit visit(long number) {
    return Visit.newBuilder()
        .setTenant(TENANT)
        .setEventId("visit " + number)
        .setOccurredAt(at)
        .setVisitId("V" + number)
        .setRevision(0)
        .setStatus(VisitStatus.FINALIZED)
        .setPatientKey("P" + number)
        .setClinicId("C" + number % CLINICS)
        .setDateOfService(day)
        .setFinalizedAt(at)
        .setFinalizedOn(day)
        .setTherapistId("TH1")
        .setNoteType(NoteType.DAILY_NOTE)
        .setNoCharge(NoCharge.NONE)
        .setLines(List.of(new VisitLine("97110", List.of(), 2, null, null)))
        .build();
  }

  private Charge charge(long number) {
    return Charge.newBuilder()
        .setTenant(TENANT)
        .setEventId("charge " + number)
        .setOccurredAt(at)
        .setChargeId("B" + number)
        .setStatus(ChargeStatus.ACTIVE)
        .setUpdatedAt(at)
        .setPatientKey("P" + number)
        .setEmrVisitId("V" + number)
        .setLocationId("C" + number % CLINICS)
        .setDateOfService(day)
        .setCreatedAt(at)
        .setCreatedOn(day)
        .setTreatingProviderId("TH1")
        .setCpt("97110")
        .setModifiers(List.of())
        .setUnits(2)
        .build();
  }

  @Override
  public void close() {
    producer.close();
  }
}
