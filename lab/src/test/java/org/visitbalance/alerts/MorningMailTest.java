package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.Program;
import org.visitbalance.cli.SharedInstallation;
import org.visitbalance.cli.TestKeystore;
import org.visitbalance.output.AlertSaid;
import org.visitbalance.platform.Patience;

/** The morning mail: figures of a real service, over real SMTP, of topics that are real. */
@Tag("slow")
class MorningMailTest {
  private static final String PASSWORD = "a store's own";

  /** The figures are as of Saturday, 7:00 AM in New York. */
  private static final Instant SATURDAY = Instant.parse("2026-11-14T12:00:00Z");

  @TempDir private Path folder;
  private final AlertFixtures given = new AlertFixtures();
  private final SharedInstallation installation = SharedInstallation.get();
  private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));

  @AfterEach
  void close() {
    given.close();
    mail.stop();
  }

  private static void await(String what, BooleanSupplier done) {
    Patience.await(what, Duration.ofSeconds(30), done);
  }

  private Alerts start(MailPlan.Server server, Path attach, Set<String> groups) {
    return start(server, attach, Set.of(), groups);
  }

  private Alerts start(
      MailPlan.Server server, Path attach, Set<String> locations, Set<String> groups) {
    Digest digest =
        new Digest(
            "morning",
            SharedInstallation.tenant(),
            List.of("billing@example.com", "owner@example.com"),
            locations,
            groups,
            LocalTime.of(7, 0),
            EnumSet.allOf(DayOfWeek.class),
            attach);
    return given.start(
        new MailPlan(
            installation.api(),
            SharedInstallation.viewer(),
            server,
            "Visit Balance <balance@example.com>",
            List.of(digest)));
  }

  private Alerts start(int port) {
    return start(server(port, MailPlan.Tls.NONE, null, null), null, Set.of());
  }

  private static MailPlan.Server server(int port, MailPlan.Tls tls, String user, Path trust) {
    return new MailPlan.Server(
        tls == MailPlan.Tls.NONE ? "127.0.0.1" : "localhost",
        port,
        tls,
        user,
        user == null ? null : "secret",
        trust,
        Duration.ofSeconds(3));
  }

  /** Starts before the first morning; a mail that has just been set up waits for it. */
  private Alerts startOnSaturday(MailPlan.Server server) {
    given.clock.set(SATURDAY.minusSeconds(60));
    Alerts alerts = start(server, null, Set.of());
    // The worker asks for the time zone, and writes down that nothing is owed.
    await(
        "the mail to be set up", () -> new DeliveryLog(given.place(), "morning").read().size() > 0);
    return alerts;
  }

  private static String trouble(Alerts alerts) {
    return alerts.standings().stream()
        .filter(one -> one.name().equals("morning"))
        .map(one -> String.valueOf(one.trouble()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachMorningHasOneMailWithTheFiguresOfThePageWhateverRestarts() throws Exception {
    // Given two instances, and a report to attach
    mail.start();
    int port = mail.getSmtp().getPort();
    Alerts first = startOnSaturday(server(port, MailPlan.Tls.NONE, null, null));
    Alerts second = start(port);
    assertThat(mail.getReceivedMessages()).isEmpty();

    // When it is seven, and everything is started again
    given.clock.set(SATURDAY.plusSeconds(60));
    await("a mail", () -> mail.getReceivedMessages().length == 2);
    first.close();
    second.close();
    Path report = Files.writeString(folder.resolve("report.html"), "<p>The report</p>");
    Alerts third = start(server(port, MailPlan.Tls.NONE, null, null), report, Set.of());
    given.clock.set(SATURDAY.plus(Duration.ofHours(5)));

    // Then each of the two addresses gets one mail that day, and one the next
    given.clock.set(SATURDAY.plus(Duration.ofDays(1)));
    await("the next mail", () -> mail.getReceivedMessages().length >= 4);
    third.close();
    assertThat(mail.getReceivedMessages()).hasSize(4);
    MimeMessage saturday = about("Friday");
    assertThat(saturday.getSubject())
        .isEqualTo("Not complete: Friday, November 13: no location out of balance, $267 missing");
    Multipart both = (Multipart) saturday.getContent();
    assertThat(saturday.getContentType()).startsWith("multipart/alternative");
    String text = (String) both.getBodyPart(0).getContent();
    String html = (String) both.getBodyPart(1).getContent();
    assertThat(text)
        .startsWith("HARBOR: Friday, November 13")
        .contains("Missing: $")
        .contains("https://balance.example.com/#/today?tenant=HARBOR")
        .containsPattern("To work next\\R  what [A-Z_]+ is, ");
    NoPatientDataTest.assertNamesNobody(" " + saturday.getSubject() + text + html + " ");
    assertThat(html).contains("<h2 style=\"font-size:1em\">Open now</h2>").contains("<a href=");

    // And what is no longer current is said first, and the report is attached
    MimeMessage sunday = about("Saturday");
    assertThat(sunday.getSubject()).startsWith("Not complete: Saturday, November 14: ");
    Multipart all = (Multipart) sunday.getContent();
    assertThat(GreenMailUtil.getBody(all.getBodyPart(0)))
        .contains("! These figures are old: they are from Saturday, November 14, 7:00 AM EST.");
    Part attached = all.getBodyPart(1);
    assertThat(attached.getFileName()).isEqualTo("report.html");
    assertThat(saturday.getMessageID()).isNotEqualTo(sunday.getMessageID());
  }

  private MimeMessage about(String day) throws MessagingException {
    for (MimeMessage one : mail.getReceivedMessages()) {
      if (one.getSubject().contains(day)) {
        return one;
      }
    }
    throw new AssertionError("no mail about " + day);
  }

  @Test
  void aServerThatRefusesIsTriedAgainUntilTheNextMorning() {
    try (MailServerThatRefuses server = new MailServerThatRefuses(null)) {
      Alerts alerts = startOnSaturday(server(server.port(), MailPlan.Tls.NONE, null, null));
      server.replies.put("RCPT", "451 later");
      given.clock.set(SATURDAY);
      await("it to be said", () -> trouble(alerts).contains("451 later"));
      assertThat(trouble(alerts))
          .startsWith("cannot send its mail (")
          .endsWith("; retrying until the next morning");
      server.replies.clear();
      given.clock.move(Duration.ofMinutes(2));
      await("the mail", () -> server.taken.size() == 1);
      await("it to be well", () -> trouble(alerts).equals("null"));

      // A whole day of refusals is one mail given up
      server.replies.put(MailServerThatRefuses.TEXT, "554 no");
      given.clock.set(SATURDAY.plus(Duration.ofDays(1)));
      await("it to be said", () -> trouble(alerts).contains("554 no"));
      server.replies.clear();
      given.clock.set(SATURDAY.plus(Duration.ofDays(2)));
      await("the mail", () -> server.taken.size() == 2);
      assertThat(alerts.standings())
          .anyMatch(one -> one.name().equals("morning") && one.givenUp() == 1);
      assertThat(server.taken.get(1)).contains("Sunday, November 15");
    }
  }

  @Test
  void aMailOfWhichNobodyKnowsIsNotSentAgain() {
    try (MailServerThatRefuses server = new MailServerThatRefuses(null)) {
      Alerts alerts = startOnSaturday(server(server.port(), MailPlan.Tls.NONE, null, null));
      server.replies.put(MailServerThatRefuses.TEXT, "");
      given.clock.set(SATURDAY);
      await("it to be said", () -> trouble(alerts).startsWith("may not have sent the mail of "));
      server.replies.clear();
      alerts.close();
      start(server.port());
      given.clock.set(SATURDAY.plus(Duration.ofDays(1)));
      await("the mail of the next morning", () -> !server.taken.isEmpty());
      assertThat(server.taken).hasSize(1);
      assertThat(server.taken.get(0)).contains("Saturday, November 14");
    }
  }

  @Test
  void whoeverTakesOverFromOneThatStoppedWhileSendingDoesNotSendAgain() {
    try (MailServerThatRefuses server = new MailServerThatRefuses(null);
        DeliveryLog written = new DeliveryLog(given.place(), "morning")) {
      written.write("morning", new AlertSaid(SATURDAY, 0, "SENDING", false));
      given.clock.set(SATURDAY.plusSeconds(60));
      Alerts alerts = start(server.port());
      await("it to be said", () -> trouble(alerts).startsWith("may not have sent the mail of "));
      given.clock.set(SATURDAY.plus(Duration.ofDays(1)));
      await("the mail of the next morning", () -> !server.taken.isEmpty());
      assertThat(server.taken).hasSize(1);
      assertThat(server.taken.get(0)).contains("Saturday, November 14");
    }
  }

  @Test
  void nothingIsSaidBeforeTheConnectionIsProtected() throws Exception {
    SSLContext tls = tls();
    try (MailServerThatRefuses server = new MailServerThatRefuses(tls);
        MailServerThatRefuses open = new MailServerThatRefuses(null)) {
      Path trust = folder.resolve("trust.pem");
      startOnSaturday(server(server.port(), MailPlan.Tls.STARTTLS, "balance", trust)).close();
      Alerts refused =
          start(server(open.port(), MailPlan.Tls.STARTTLS, "balance", trust), null, Set.of());
      given.clock.set(SATURDAY);
      await("it to be said", () -> trouble(refused).startsWith("cannot send its mail ("));
      refused.close();
      assertThat(open.said).doesNotContain("AUTH", "MAIL");

      start(server(server.port(), MailPlan.Tls.STARTTLS, "balance", trust), null, Set.of());
      await("the mail", () -> server.taken.size() == 1);
      assertThat(server.said)
          .startsWith("EHLO", "STARTTLS", "protected EHLO", "protected AUTH")
          .doesNotContain("MAIL");
    }
  }

  private SSLContext tls() throws Exception {
    Path store = folder.resolve("mail.p12");
    TestKeystore.make(store, PASSWORD, "mail", "dns:localhost");
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Files.writeString(
        folder.resolve("trust.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(keys.getCertificate("mail").getEncoded())
            + "\n-----END CERTIFICATE-----\n");
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    return tls;
  }

  /** The mail would say that nothing is open there. */
  @Test
  void aMailAboutWhatNobodyKnowsIsNotSentAndThatIsSaidBeforeTheMorning() throws IOException {
    given.clock.set(SATURDAY.minusSeconds(60));
    mail.start();
    MailPlan.Server server = server(mail.getSmtp().getPort(), MailPlan.Tls.NONE, null, null);
    Alerts alerts = start(server, null, Set.of("Nowhere"), Set.of());
    String place =
        "names a location that is neither in the settings nor in any balance: Nowhere;"
            + " correct the routes file, or the settings";
    await("it to be said", () -> trouble(alerts).equals(place));
    given.clock.set(SATURDAY);
    await(
        "it not to be sent", () -> trouble(alerts).startsWith("cannot send its mail (it " + place));
    assertThat(mail.getReceivedMessages()).isEmpty();

    // And a check of the file says it before it is used
    Path token = Files.writeString(folder.resolve("token"), SharedInstallation.viewer());
    Path file =
        Files.writeString(
            folder.resolve("routes.yaml"),
            """
            mail:
              api: %s
              smtp: {host: 127.0.0.1, port: 1, tls: NONE}
              from: balance@example.com
              tokenFile: %s
              digests:
                - {name: east, tenant: HARBOR, to: [a@example.com], locations: [EST, Est]}
                - {name: all, tenant: HARBOR, to: [a@example.com]}
            """
                .formatted(installation.api(), token));
    Program.Ran ran = given.check(file);
    assertThat(ran.err())
        .isEqualTo("visit-balance: east " + place.replace("Nowhere", "Est") + "\n");
    assertThat(ran.exit()).isEqualTo(1);
  }
}
