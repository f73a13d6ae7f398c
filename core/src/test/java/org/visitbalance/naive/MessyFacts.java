package org.visitbalance.naive;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
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

  /** A Friday; the week ends two days later, and with it October. */
  private static final LocalDate START = LocalDate.parse("2026-10-30");

  private static final int DAYS = 8;

  /** Two texts of which Java's strings are in another order than their code points. */
  private static final String WIDE = "\uFF5E";

  private static final String SMILE = "\uD83D\uDE00";

  /** Those that messy visits have most, so that decisions about them meet something. */
  private static final String[] KINDS = {
    "HELD",
    "MISSING_CHARGE",
    "POSTED_ELSEWHERE",
    "POSTED_ELSEWHERE",
    "POSTED_FROM_ELSEWHERE",
    "POSTED_FROM_ELSEWHERE",
    "RETRACTED_IN_EMR",
    "UNEXPECTED_CHARGE",
    "DUPLICATE_BILLING",
    "KEYED_IN_BILLING",
    "NO_CODES",
    "DATE_OF_SERVICE_MISMATCH",
    "UNITS_ADDED"
  };

  private static final Pattern OPEN =
      Pattern.compile(
          ".*\"level\":\"VISIT\",\"kind\":\"(?!ACCEPTED)([A-Z_]+)\".*\"location\":\"([^\"]+)\""
              + ",\"date\":\"([^\"]+)\",\"visit\":\"([^\"]+)\".*");

  private final Random random;
  private int events;

  /** What there is to decide about. */
  private final List<SpecificRecord> made = new ArrayList<>();

  private MessyFacts(long seed) {
    // Random alone begins alike for seeds that are near each other.
    this.random = new Random(new SplittableRandom(seed).nextLong());
  }

  /** So many facts of one tenant; equal seeds give equal facts. */
  public static List<KnownFact> of(long seed, int count) {
    MessyFacts messy = new MessyFacts(seed);
    List<KnownFact> facts = new ArrayList<>();
    while (facts.size() < count) {
      SpecificRecord fact = messy.any();
      messy.made.add(fact);
      Instant occurredAt = (Instant) fact.get(fact.getSchema().getField("occurredAt").pos());
      Duration delay = Duration.ofHours(messy.oneIn(4) ? messy.random.nextInt(60) : 0);
      facts.add(new KnownFact(fact, occurredAt.plus(delay)));
    }
    return facts;
  }

  /**
   * Simple visits of one month, each with a patient, a code and a charge of its own: enough of them
   * that a cap may be inferred, or just too few.
   */
  public static List<KnownFact> underOneCap(long seed) {
    MessyFacts messy = new MessyFacts(seed);
    String code = messy.pick("97110", "97140");
    String payer = messy.maybe("A", "B", "C");
    int cap = messy.random.nextInt(4);
    int exceptions = messy.random.nextInt(3);
    List<KnownFact> facts = new ArrayList<>();
    for (int i = 18 + messy.random.nextInt(6); i > 0; i--) {
      int documented = cap + 1 + messy.random.nextInt(3);
      int billed = i > exceptions ? cap : messy.random.nextInt(documented + 1);
      Visit visit =
          Visit.newBuilder(messy.visit())
              .setVisitId("V" + i)
              .setPatientKey("P" + i)
              .setRevision(messy.oneIn(12) ? 1 : 0)
              .setStatus(VisitStatus.FINALIZED)
              .setNoCharge(NoCharge.NONE)
              .setPayerId(payer)
              .setFinalizedOn(START)
              .setLines(List.of(new VisitLine(code, List.of(), documented, null, null)))
              .build();
      // Other units come with another line, so that the visit is billed even where the cap is 0.
      for (String billedCode : List.of(code, "97112")) {
        Charge charge =
            Charge.newBuilder(messy.charge())
                .setChargeId(billedCode + i)
                .setOriginalChargeId(null)
                .setStatus(ChargeStatus.ACTIVE)
                .setPatientKey("P" + i)
                .setEmrVisitId("V" + i)
                .setPayerId(messy.maybe("A", "B"))
                .setCpt(billedCode)
                .setUnits(billedCode.equals(code) ? billed : 1)
                .build();
        facts.add(new KnownFact(charge, charge.getOccurredAt()));
      }
      facts.add(new KnownFact(visit, visit.getOccurredAt()));
    }
    return facts;
  }

  /**
   * What people may decide about a line of discrepancies, of the same visit of either patient:
   * often that it is accepted, now and then that it is not after all.
   */
  public static List<KnownFact> decisions(long seed, String line, Instant asOf) {
    Matcher found = OPEN.matcher(line);
    MessyFacts messy = new MessyFacts(seed + line.hashCode());
    List<KnownFact> facts = new ArrayList<>();
    if (found.matches() && !messy.oneIn(4)) {
      for (String patient : List.of("P1", "P2")) {
        for (int i = messy.random.nextInt(3); i >= 0; i--) {
          Decision one =
              Decision.newBuilder(messy.decisionAboutDiscrepancy())
                  .setEventId(line + i)
                  .setPatientKey(patient)
                  .setKind(found.group(1))
                  .setLocation(found.group(2))
                  .setDate(LocalDate.parse(found.group(3)))
                  .setVisit(found.group(4))
                  .build();
          facts.add(new KnownFact(one, asOf));
        }
      }
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
        messy.oneIn(3) ? null : messy.rules(),
        null,
        messy.oneIn(3) ? null : messy.fees(),
        messy.oneIn(3) ? null : Map.of("A", "Blue Cross"),
        messy.oneIn(3) ? null : Map.of("TH1", "Pat Lee"));
  }

  private List<LocationRow> locations() {
    LocalDate day = date();
    return List.of(
        new LocationRow("L1", "12", "L2", null, maybe(day), maybe("Home visits"), null),
        new LocationRow("L1", null, "L1", null, null, maybe("Downtown"), maybe("North")),
        new LocationRow("L1", "12", "L3", day, null, null, maybe("South")),
        new LocationRow("L2", "11", "L2", maybe(date()), null, null, null));
  }

  private List<PayerRule> rules() {
    return List.of(
        new PayerRule("A", Map.of("97110", 2), null, List.of(), null, maybe(date()), limit()),
        new PayerRule("A", Map.of("97140", 0), 3, List.of(), maybe(date()), null, limit()),
        new PayerRule("B", Map.of(), null, List.of("97140"), null, null, limit()),
        new PayerRule(
            "*", Map.of("97110", 1), maybe(4), List.of("97161"), maybe(date()), null, limit()));
  }

  /** Long enough that it is now urgent to file, now not yet. */
  private String limit() {
    return maybe("P0D", "P13D", "P16D", "P18D", "P90D");
  }

  /** Not of every code, and one that does not divide by anything. */
  private Map<String, Long> fees() {
    return oneIn(4)
        ? Map.of("97110", 4_501L)
        : Map.of("97110", 4_501L, "97140", 4_000L, "97161", 0L, "97010", 999L, "NOSHOW", 2_500L);
  }

  /** What a line costs that is said to cost something; most are not. */
  private Long amount() {
    return oneIn(4) ? pick(0L, 1L, 9_999L, 13_500L, 99_999_999_999L) : null;
  }

  private SpecificRecord any() {
    if (oneIn(6)) {
      return decision();
    }
    int kind = random.nextInt(20);
    if (kind < 5) {
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
    for (int i = oneIn(8) ? 0 : 1 + random.nextInt(3); i > 0; i--) {
      String code = oneIn(16) ? pick("NORCM", "norcm") : code();
      lines.add(new VisitLine(code, List.of(), random.nextInt(6), flag(), amount()));
    }
    return new Visit(
        TENANT,
        event(),
        occurredAt,
        visitId(),
        oneIn(2) ? 0 : random.nextInt(3),
        oneIn(6) ? VisitStatus.RETRACTED : VisitStatus.FINALIZED,
        patient(),
        maybe("K1", "K2"),
        clinic(),
        oneIn(4) ? pick("12", "10") : null,
        date(),
        occurredAt.minus(Duration.ofHours(random.nextInt(30))),
        businessDate(occurredAt),
        provider(),
        maybe(provider()),
        pick(NoteType.DAILY_NOTE, NoteType.INITIAL_EVALUATION, NoteType.DISCHARGE),
        maybe("A", "B", "C"),
        oneIn(8) ? pick(NoCharge.NC001, NoCharge.DO_NOT_BILL) : NoCharge.NONE,
        flag(),
        lines);
  }

  private String chargeId() {
    return pick("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", WIDE, SMILE);
  }

  private Charge charge() {
    Instant occurredAt = instant();
    return new Charge(
        TENANT,
        event(),
        occurredAt,
        chargeId(),
        oneIn(4) ? pick("1", "2", "99") : null,
        oneIn(4) ? pick(ChargeStatus.INACTIVE, ChargeStatus.REMOVED) : ChargeStatus.ACTIVE,
        occurredAt.minus(Duration.ofHours(random.nextInt(3))),
        patient(),
        oneIn(2) ? visitId() : null,
        maybe("B1", "B2", "B3"),
        pick("L1", "L1", "L1", "L2"),
        date(),
        occurredAt.minus(Duration.ofHours(random.nextInt(30))),
        businessDate(occurredAt),
        provider(),
        maybe(provider()),
        code(),
        List.of(),
        oneIn(8) ? 0 : 1 + random.nextInt(2),
        maybe("A", "B"),
        maybe(ChargeOrigin.MANUAL, ChargeOrigin.MANUAL, ChargeOrigin.INTEGRATION),
        amount());
  }

  private Rejection rejection() {
    Instant at = instant();
    return new Rejection(
        TENANT,
        event(),
        at,
        pick("R1", "R2", WIDE, SMILE),
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

  private Decision decision() {
    return oneIn(3) ? link() : decisionAboutDiscrepancy();
  }

  /** Of a chain that is there, will be or never is, to a visit of which the same holds. */
  private Decision link() {
    Instant at = instant();
    return new Decision(
        TENANT,
        event(),
        at,
        patient(),
        oneIn(6) ? pick("V9", "billing:B1@" + date()) : visitId(),
        "LINKED",
        "-",
        at.atOffset(ZoneOffset.UTC).toLocalDate(),
        oneIn(4) ? DecisionAction.UNLINKED : DecisionAction.LINKED,
        null,
        null,
        "ann",
        oneIn(6) ? "99" : chargeId());
  }

  /** Some of them meet what is there, some what will be, most of them nothing. */
  private Decision decisionAboutDiscrepancy() {
    Instant at = instant();
    SpecificRecord about = made.isEmpty() ? null : made.get(random.nextInt(made.size()));
    String patient = patient();
    String visit = visitId();
    LocalDate date = START.plusDays(random.nextInt(4));
    String location = pick("L1", "L2", "L3");
    if (about instanceof Visit one && !oneIn(3)) {
      patient = one.getPatientKey();
      visit = one.getVisitId();
      date = one.getFinalizedOn();
      location = one.getClinicId();
    } else if (about instanceof Charge one) {
      String name = oneIn(2) ? visitId() : pick("B1", "B2", "B3", one.getChargeId());
      patient = one.getPatientKey();
      visit = oneIn(3) ? visit : "billing:" + name + "@" + one.getDateOfService();
      date = one.getCreatedOn();
      location = one.getLocationId();
    }
    DecisionAction action =
        pick(
            DecisionAction.ACCEPTED,
            DecisionAction.ACCEPTED,
            DecisionAction.ACCEPTED,
            DecisionAction.WITHDRAWN,
            DecisionAction.ASSIGNED,
            DecisionAction.RELEASED);
    return new Decision(
        TENANT,
        event(),
        at,
        patient,
        visit,
        pick(KINDS),
        location,
        date,
        action,
        action == DecisionAction.ACCEPTED
            ? pick(AcceptanceReason.WRITTEN_OFF, AcceptanceReason.OTHER)
            : null,
        action == DecisionAction.ASSIGNED ? pick("ann", "bob") : null,
        "ann",
        null);
  }

  private Feed feed() {
    FeedSource source = pick(FeedSource.EMR, FeedSource.BILLING);
    Instant at = instant();
    Instant until = instant();
    Instant latest = at.plus(Duration.ofDays(2));
    return new Feed(TENANT, event(), at, source, until.isAfter(latest) ? latest : until);
  }

  private String event() {
    events++;
    return "e" + events;
  }

  private String patient() {
    return pick("P1", "P2");
  }

  private String visitId() {
    return pick("V1", "V2", "V" + WIDE, "V" + SMILE);
  }

  private String provider() {
    return pick("TH1", WIDE, SMILE);
  }

  private String clinic() {
    return pick("L1", "L1", "L1", "L2");
  }

  private String code() {
    return oneIn(2)
        ? "97110"
        : pick("97140", "97140", "97161", "97010", "NOSHOW", "COPAY", WIDE, SMILE);
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

  /** One of four, so that things happen on one day; never too far ahead of its record. */
  private LocalDate businessDate(Instant occurredAt) {
    LocalDate latest = occurredAt.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(2);
    LocalDate date = START.plusDays(random.nextInt(4));
    return date.isAfter(latest) ? latest : date;
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
