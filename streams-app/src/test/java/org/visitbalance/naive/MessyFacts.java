package org.visitbalance.naive;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/**
 * Valid facts that no clinic would produce: ids, dates and times from tiny sets, so that everything
 * collides with everything. What a realistic scenario never meets, these meet all the time.
 */
public final class MessyFacts {
  public static final String TENANT = "T1";

  private static final LocalDate START = LocalDate.parse("2026-10-28");
  private static final int DAYS = 10;

  private final Random random;
  private int events;

  private MessyFacts(long seed) {
    this.random = new Random(seed);
  }

  /** So many facts of one tenant; equal seeds give equal facts. */
  public static List<KnownFact> of(long seed, int count) {
    MessyFacts messy = new MessyFacts(seed);
    List<KnownFact> facts = new ArrayList<>();
    while (facts.size() < count) {
      SpecificRecord fact = messy.any();
      Instant occurredAt = (Instant) fact.get(fact.getSchema().getField("occurredAt").pos());
      Duration delay = Duration.ofHours(messy.oneIn(4) ? messy.random.nextInt(60) : 0);
      facts.add(new KnownFact(fact, occurredAt.plus(delay)));
    }
    return facts;
  }

  /** A time at which messy facts are worth judging: some are old by then, some not yet known. */
  public static Instant asOf(long seed) {
    return new MessyFacts(~seed).instant().plus(Duration.ofDays(2));
  }

  /** Settings to go with the facts; every setting takes an unusual value in some of them. */
  public static Settings settings(long seed) {
    MessyFacts messy = new MessyFacts(seed ^ 0x5e77);
    return new Settings(
        TENANT,
        messy.maybe("SUNDAY", "THURSDAY"),
        messy.maybe("America/Phoenix", "Pacific/Auckland"),
        messy.maybe("PT2H", "P2D"),
        messy.maybe("PT12H", "P1D"),
        messy.maybe("P3D", "PT30H"),
        messy.flag(),
        messy.flag(),
        messy.flag(),
        messy.oneIn(2) ? null : List.of("COPAY"),
        messy.oneIn(2) ? null : List.of("NOSHOW", "97010"),
        messy.oneIn(2) ? null : List.of("97161", "97110"),
        messy.oneIn(3) ? null : messy.locations(),
        messy.oneIn(3) ? null : messy.rules());
  }

  private List<LocationRow> locations() {
    LocalDate day = date();
    return List.of(
        new LocationRow("C1", "12", "L2", null, maybe(day)),
        new LocationRow("C1", null, "L1", null, null),
        new LocationRow("C1", "12", "L3", day, null),
        new LocationRow("C2", "11", "L2", maybe(date()), null));
  }

  private List<PayerRule> rules() {
    return List.of(
        new PayerRule("A", Map.of("97110", 2), null, List.of(), null, maybe(date())),
        new PayerRule("A", Map.of("97140", 0), 3, List.of(), maybe(date()), null),
        new PayerRule("B", Map.of(), null, List.of("97140"), null, null),
        new PayerRule("*", Map.of("97110", 1), maybe(4), List.of("97161"), maybe(date()), null));
  }

  private SpecificRecord any() {
    int kind = random.nextInt(20);
    if (kind < 6) {
      return visit();
    }
    if (kind < 13) {
      return charge();
    }
    if (kind < 16) {
      return rejection();
    }
    if (kind < 18) {
      return transmission();
    }
    return kind == 18 || oneIn(3) ? note() : feed();
  }

  private Visit visit() {
    Instant occurredAt = instant();
    List<VisitLine> lines = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      String code = oneIn(12) ? pick("NORCM", "norcm") : code();
      lines.add(new VisitLine(code, List.of(), random.nextInt(4), flag()));
    }
    return new Visit(
        TENANT,
        event(),
        occurredAt,
        visitId(),
        random.nextInt(3),
        oneIn(6) ? VisitStatus.RETRACTED : VisitStatus.FINALIZED,
        patient(),
        maybe("K1", "K2"),
        clinic(),
        maybe("11", "12", "10"),
        date(),
        occurredAt.minus(Duration.ofHours(random.nextInt(30))),
        near(occurredAt),
        provider(),
        maybe(provider()),
        pick(NoteType.DAILY_NOTE, NoteType.INITIAL_EVALUATION, NoteType.DISCHARGE),
        maybe("A", "B", "C"),
        pick(NoCharge.NONE, NoCharge.NONE, NoCharge.NONE, NoCharge.NC001, NoCharge.DO_NOT_BILL),
        flag(),
        lines);
  }

  private Charge charge() {
    Instant occurredAt = instant();
    String id = pick("1", "2", "3", "10", "11", "12");
    return new Charge(
        TENANT,
        event(),
        occurredAt,
        id,
        oneIn(3) ? pick("1", "2", "9") : null,
        oneIn(4) ? pick(ChargeStatus.INACTIVE, ChargeStatus.REMOVED) : ChargeStatus.ACTIVE,
        occurredAt.minus(Duration.ofHours(random.nextInt(3))),
        patient(),
        oneIn(2) ? visitId() : null,
        maybe("B1", "B2", "B3"),
        pick("L1", "L2", "C1"),
        date(),
        occurredAt.minus(Duration.ofHours(random.nextInt(30))),
        near(occurredAt),
        provider(),
        maybe(provider()),
        code(),
        List.of(),
        random.nextInt(4),
        maybe("A", "B"),
        maybe(ChargeOrigin.MANUAL, ChargeOrigin.MANUAL, ChargeOrigin.INTEGRATION));
  }

  private Rejection rejection() {
    Instant at = instant();
    return new Rejection(
        TENANT,
        event(),
        at,
        pick("R1", "R2", "R3", "R4"),
        pick(
            RejectionType.PATIENT, RejectionType.CASE, RejectionType.CHARGE, RejectionType.PAYMENT),
        pick(RejectionStatus.OPEN, RejectionStatus.CLEARED),
        at,
        pick("PHONE", "POLICY"),
        patient(),
        maybe("K1", "K2"),
        maybe(visitId()),
        maybe(date()),
        null);
  }

  private Transmission transmission() {
    Instant at = instant();
    TransmissionStatus status = pick(TransmissionStatus.values());
    return new Transmission(
        TENANT,
        event(),
        at,
        visitId(),
        patient(),
        oneIn(6) ? TransmissionKind.CLINICAL : TransmissionKind.FINANCIAL,
        at,
        status == TransmissionStatus.UNKNOWN ? TransmissionStatus.NOT_REBILLED : status);
  }

  private Note note() {
    Instant at = instant();
    NoteStatus status =
        pick(NoteStatus.OPEN, NoteStatus.OPEN, NoteStatus.FINALIZED, NoteStatus.CANCELLED);
    return new Note(
        TENANT, event(), at, visitId(), patient(), clinic(), null, date(), null, status, at);
  }

  private Feed feed() {
    FeedSource source = pick(FeedSource.EMR, FeedSource.BILLING);
    return new Feed(TENANT, event(), instant(), source, instant());
  }

  private String event() {
    events++;
    return "e" + events;
  }

  private String patient() {
    return pick("P1", "P2");
  }

  private String visitId() {
    return pick("V1", "V2", "V3", "V4", "V5", "V6");
  }

  private String provider() {
    return pick("TH1", "TH2", "TH3");
  }

  private String clinic() {
    return pick("C1", "C1", "C2");
  }

  private String code() {
    return pick("97110", "97110", "97140", "97161", "97010", "NOSHOW", "COPAY", "97162");
  }

  private LocalDate date() {
    // Few dates of service, so that visits and groups of one patient meet on them.
    return START.plusDays(random.nextInt(3) * 3L);
  }

  /** Hours apart and seldom unique, so that versions tie. */
  private Instant instant() {
    return START
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant()
        .plus(Duration.ofHours(6L * random.nextInt(DAYS * 4)));
  }

  private LocalDate near(Instant occurredAt) {
    return occurredAt.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(random.nextInt(4) - 2L);
  }

  private boolean oneIn(int chances) {
    return random.nextInt(chances) == 0;
  }

  private Boolean flag() {
    return maybe(true, false);
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of the choices, or, as often as not, nothing. */
  @SafeVarargs
  private <T> T maybe(T... choices) {
    return oneIn(2) ? null : choices[random.nextInt(choices.length)];
  }
}
