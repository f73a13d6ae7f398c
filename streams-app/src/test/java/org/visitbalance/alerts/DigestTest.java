package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.visitbalance.alerts.DigestFigures.Amount;
import org.visitbalance.alerts.DigestFigures.Feed;
import org.visitbalance.alerts.DigestFigures.Place;
import org.visitbalance.alerts.DigestFigures.Verdict;
import org.visitbalance.alerts.DigestFigures.Work;
import org.visitbalance.text.Words;

/** When a morning mail is due, and what it says. */
class DigestTest {
  private static final ZoneId ZONE = ZoneId.of("America/New_York");
  private static final Instant TUESDAY = Instant.parse("2026-11-10T12:00:00Z");
  private static final Digest DIGEST =
      new Digest(
          "east",
          "HARBOR",
          List.of("billing@example.com"),
          Set.of(),
          Set.of("East"),
          LocalTime.of(7, 0),
          EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
          null);

  @Test
  void aMorningIsAboutTheDaysSinceTheMailBefore() {
    assertThat(DIGEST.latest(TUESDAY, ZONE))
        .isEqualTo(new Digest.Morning(TUESDAY, day("2026-11-09"), day("2026-11-09")));
    // Before seven, and on the weekend, the latest morning is an earlier one.
    Digest.Morning monday =
        new Digest.Morning(
            Instant.parse("2026-11-09T12:00:00Z"), day("2026-11-06"), day("2026-11-08"));
    assertThat(DIGEST.latest(TUESDAY.minusSeconds(1), ZONE)).isEqualTo(monday);
    assertThat(DIGEST.latest(Instant.parse("2026-11-15T20:00:00Z"), ZONE).to())
        .isEqualTo(day("2026-11-12"));
  }

  @Test
  void aMailSaysStatusMoneyAndWorkWithLinks() {
    DigestText.Written mail = write(TUESDAY, null, Instant.parse("2026-11-10T05:00:00Z"));
    assertThat(mail.subject())
        .isEqualTo("Monday, November 9: 1 location out of balance, $1,235 missing (East)");
    assertThat(mail.text())
        .isEqualTo(
            """
            HARBOR, East: Monday, November 9

            1 location out of balance.
              A&B: 2 visits unexplained, EMR minus billing +3
              Others: 1 waiting

            Open now
              Missing: $1,234.56, 8 visits, 1 without a price

            To work next
              Missing charge, A&B, 11/9/2026, $179.00, file by 2/9/2027
                https://balance.example.com/#/visit/TOK?tenant=HARBOR

            Open Today
                https://balance.example.com/#/today?tenant=HARBOR&location=A+B&location=HOME
            """);
    assertThat(mail.html())
        .contains("A&amp;B: 2 visits")
        .contains("<a href=\"https://balance.example.com/#/visit/TOK?tenant=HARBOR\">");
  }

  @Test
  void whatIsNotCurrentIsSaidFirst() {
    DigestText.Written old =
        write(TUESDAY.minusSeconds(3_600), "{}", Instant.parse("2026-11-08T23:00:00Z"));
    assertThat(old.subject()).startsWith("Not complete: Monday, November 9: ");
    assertThat(old.text())
        .startsWith(
            """
            HARBOR, East: Monday, November 9

            ! These figures are old: they are from Tuesday, November 10, 6:00 AM EST. Nothing that came since then is in them.
            ! Billing data ends Sunday, November 8, 6:00 PM EST. What happened after that is not known yet.

            1 location""");
    assertThat(write(TUESDAY, "{}", TUESDAY).text())
        .contains("! The service is still working on what it received.");
    assertThat(write(null, null, TUESDAY).text()).contains("! The service has no figures yet.");
    assertThat(write(TUESDAY, "the tables take no rows", null, TUESDAY).text())
        .contains("\n! The figures have stopped: the tables take no rows.\n");
  }

  private static DigestText.Written write(Instant asOf, String progress, Instant billing) {
    return write(asOf, null, progress, billing);
  }

  private static DigestText.Written write(
      Instant asOf, String stopped, String progress, Instant billing) {
    Amount missing = new Amount("Missing", 123_456L, 8, 1);
    return new DigestText(URI.create("https://balance.example.com/"), Words::of)
        .write(
            DIGEST,
            new DigestFigures(
                day("2026-11-09"),
                day("2026-11-09"),
                ZONE,
                asOf,
                stopped,
                progress,
                List.of(new Feed("EMR", null), new Feed("BILLING", billing)),
                List.of("A B", "HOME"),
                List.of(
                    new Place("A&B", Verdict.OUT_OF_BALANCE, 2, 3),
                    new Place("Home", Verdict.WAITING, 0, 0)),
                List.of(new Amount("Held", 0L, 0, 0), missing),
                missing,
                List.of(
                    new Work(
                        "MISSING_CHARGE",
                        "A&B",
                        day("2026-11-09"),
                        17_900L,
                        day("2027-02-09"),
                        "TOK"))),
            TUESDAY);
  }

  private static LocalDate day(String text) {
    return LocalDate.parse(text);
  }
}
