package org.visitbalance.scenario;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.NoCharge;
import org.visitbalance.fact.NoteType;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.settings.Settings;

/**
 * The example company: three clinics and five locations in the two weeks around Wednesday, November
 * 4, 2026, to be balanced as of November 14. On top of ordinary days, each method adds one of the
 * stories told in the example's README. Exports of the systems can carry every fact.
 */
public final class November implements FactSource {
  private static final Site DOWNTOWN = new Site("C01", "11", "DTN");
  private static final Site EAST = new Site("C02", "11", "EST");
  private static final Site LAKE = new Site("C03", "11", "LAKE");
  private static final List<Site> SITES =
      List.of(
          DOWNTOWN,
          new Site("C01", "12", "HOME"),
          EAST,
          new Site("C02", "12", "HOME"),
          LAKE,
          new Site("C03", "10", "TELE"));

  private static final ScenarioOptions OPTIONS =
      Preset.CLINIC
          .options()
          .with()
          .seed(20_261_104)
          .tenantName("HARBOR")
          .sites(SITES)
          .therapistsPerClinic(3)
          .payers(4)
          .days(12)
          .visitsPerDay(10)
          .rates(
              Rates.quiet()
                  .with(Rate.SECOND_SITE, 0.2)
                  .with(Rate.COSIGNED, 0.05)
                  .with(Rate.FINALIZED_LATER, 0.01)
                  .with(Rate.COPAY, 0.05)
                  .with(Rate.AMOUNT_MISSING, 0.05))
          .exportable()
          .build();

  private static final VisitLine EXERCISE = Codes.exercise(2);
  private static final VisitLine MANUAL_THERAPY = Codes.timed("97140", 1);
  private static final List<VisitLine> USUAL = List.of(EXERCISE, MANUAL_THERAPY);

  /** The last evening for which billing sent a feed. */
  private static final int BILLING_STOPPED = 11;

  private final ScriptedFacts book = new ScriptedFacts(OPTIONS);

  public November() {
    heldOnTheFourthAndCreatedOnTheFifth();
    threeUnitsScrubbedToTwo();
    cashVisitWithNorcm();
    noChargesThisVisit();
    doNotBill();
    newPatientsWithModifiers();
    twoEvaluationsOnOneVisit();
    acceptedAndLost();
    billedTwice();
    totalsThatAgreeByAccident();
    failedTransmission();
    rejectedTypeAfterType();
    noteLeftOpen();
    keyedInBilling();
  }

  @Override
  public List<Settings> settings() {
    return new Scenario(OPTIONS).settings();
  }

  @Override
  public Stream<TimedFact> facts() {
    return Stream.concat(new Scenario(OPTIONS).facts(), book.facts().stream())
        .filter(November::billingSpokeOrItIsNotBilling)
        .sorted(Comparator.comparing(TimedFact::knownAt));
  }

  /**
   * Returns whether the feed was sent: billing's feed stopped after the evening of the 11th. The
   * visits of the 12th and 13th wait for their charges, and none of them is called missing.
   */
  private static boolean billingSpokeOrItIsNotBilling(TimedFact timed) {
    boolean billing =
        timed.fact() instanceof Charge
            || timed.fact() instanceof Rejection
            || (timed.fact() instanceof Feed feed && feed.getSource() == FeedSource.BILLING);
    return !billing || !timed.knownAt().isAfter(ScriptedFacts.endOf(BILLING_STOPPED));
  }

  /** A CASE rejection in the evening, cleared and billed the next morning. */
  private void heldOnTheFourthAndCreatedOnTheFifth() {
    ScriptedFacts.Told visit = book.visit(4, DOWNTOWN, "UHC", USUAL);
    book.rejection(visit, "R901", RejectionType.CASE, RejectionStatus.OPEN, 4);
    book.rejection(visit, "R901", RejectionType.CASE, RejectionStatus.CLEARED, 5);
    book.charges(visit, 5, USUAL);
  }

  /** Blue Cross pays two units of therapeutic exercise per visit. */
  private void threeUnitsScrubbedToTwo() {
    ScriptedFacts.Told visit =
        book.visit(4, DOWNTOWN, "BCBS", List.of(Codes.exercise(3), MANUAL_THERAPY));
    book.charges(visit, 4, USUAL);
  }

  private void cashVisitWithNorcm() {
    VisitLine norcm = Codes.untimed(Codes.NORCM, Codes.NO_MODIFIERS, 1);
    book.visit(4, DOWNTOWN, "UHC", List.of(EXERCISE, norcm));
  }

  private void noChargesThisVisit() {
    book.visit(4, EAST, "UHC", USUAL, NoteType.DAILY_NOTE, NoCharge.NC001);
  }

  private void doNotBill() {
    book.visit(4, LAKE, "UHC", USUAL, NoteType.DAILY_NOTE, NoCharge.DO_NOT_BILL);
  }

  /** Two new patients whose evaluation codes have modifiers; both are counted. */
  private void newPatientsWithModifiers() {
    newPatient(DOWNTOWN, List.of("GP", "KX"));
    newPatient(EAST, List.of("GP", "59"));
  }

  private void newPatient(Site site, List<String> modifiers) {
    List<VisitLine> lines = List.of(Codes.untimed("97162", modifiers, 1), Codes.exercise(1));
    ScriptedFacts.Told visit =
        book.visit(4, site, "UHC", lines, NoteType.INITIAL_EVALUATION, NoCharge.NONE);
    book.charges(visit, 4, lines);
  }

  /** Physical and occupational therapy evaluations in one note: two units, one billing visit. */
  private void twoEvaluationsOnOneVisit() {
    List<VisitLine> lines =
        List.of(
            Codes.untimed("97161", Codes.GP, 1),
            Codes.untimed("97165", List.of("GO"), 1),
            Codes.exercise(1));
    ScriptedFacts.Told visit =
        book.visit(5, LAKE, "UHC", lines, NoteType.INITIAL_EVALUATION, NoCharge.NONE);
    book.charges(visit, 5, lines);
  }

  /** The Claims Feed shows success, but billing has no charge. */
  private void acceptedAndLost() {
    book.visit(3, DOWNTOWN, "UHC", USUAL);
  }

  private void billedTwice() {
    ScriptedFacts.Told visit = book.visit(5, EAST, "UHC", USUAL);
    book.charges(visit, 5, USUAL);
    book.charges(visit, 5, USUAL);
  }

  /** One lost visit and one extra charge on the same day at the same location: the totals agree. */
  private void totalsThatAgreeByAccident() {
    book.visit(6, LAKE, "UHC", USUAL);
    book.charges(book.stranger(6, LAKE, "UHC"), 6, USUAL);
  }

  private void failedTransmission() {
    book.visit(9, EAST, "UHC", USUAL, TransmissionStatus.TRANSMISSION_FAILED);
  }

  /** PATIENT, then CASE: each rejection only appears once the one before it is cleared. */
  private void rejectedTypeAfterType() {
    ScriptedFacts.Told visit = book.visit(9, DOWNTOWN, "UHC", USUAL);
    book.rejection(visit, "R902", RejectionType.PATIENT, RejectionStatus.OPEN, 9);
    book.rejection(visit, "R902", RejectionType.PATIENT, RejectionStatus.CLEARED, 10);
    book.rejection(visit, "R903", RejectionType.CASE, RejectionStatus.OPEN, 10);
  }

  private void noteLeftOpen() {
    book.openNote(10, EAST);
  }

  /** Keyed into billing for a patient who was not seen on that day. */
  private void keyedInBilling() {
    book.keyed(book.stranger(10, DOWNTOWN, "UHC"), 10, List.of(MANUAL_THERAPY));
  }
}
