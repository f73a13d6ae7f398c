package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.model.Database;
import org.visitbalance.topology.Topics;

/** What the page says of the service behind it: that it is away, and what it could not use. */
@Timeout(180)
@Tag("slow")
class PageAndServiceTest {
  private static final Company OWN = Company.own();
  private static final String FINALIZED = "#spans .finalized [data-span=month]";
  private static Installation here;
  private static QueryService web;
  private static Browser browser;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    web = here.open(Database.temporary(), here.authenticator());
    here.settle(web.port());
    browser = Browser.start(web.port());
    browser.look(1300, false);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    web.close();
  }

  @Test
  void aServiceThatIsStartedAgainIsFoundAgainAndBelievedAnew() {
    browser.open("today", OWN.admin());
    browser.see("#spans");
    int before = Integer.parseInt(browser.text(FINALIZED));
    // Given that the service was ahead of what it will be, as with a demo that begins anew
    browser.run("return import('/js/api.js').then((api) => api.fresh('2030-01-01T00:00:00Z', 0))");
    browser.see(".fresh.live", "2030");

    int port = web.port();
    web.close();

    browser.see(".fresh.lost", "Disconnected");
    assertThat(browser.text(FINALIZED)).isEqualTo(String.valueOf(before));

    web = here.open(port, Database.temporary(), here.authenticator());
    // Another one each time: a run that is done once more has to see one more, too
    here.post("facts", OWN.visit("PAGE" + System.nanoTime(), "2026-11-11"), OWN.admin());
    here.settle(port);

    browser.see(".fresh.live", "11/14/2026");
    await("the new visit", () -> browser.text(FINALIZED).equals(String.valueOf(before + 1)));
    await("no word of being out of date", () -> browser.find(".notice[role=status]") == null);
    browser.assertQuiet(message -> message.contains("ERR_CONNECTION_REFUSED"));
  }

  /** Its clock says that a new day begins, or what day it is at all, and no row changes by that. */
  @Test
  void anotherDayIsShownAlthoughNothingHasChanged() {
    browser.open("today", OWN.admin());
    browser.see("#spans");
    browser.see("h1 small", "11/14/2026");

    // Given a page that was told of the day before, and one that was told of no day
    for (String before : List.of("'2026-11-13T23:59:00Z'", "null")) {
      browser.run("return import('/js/api.js').then((api) => api.freshIs(" + before + ", 0))");
      long asked = overviews();

      browser.run(
          "return import('/js/api.js').then((api) => api.fresh('2026-11-14T12:00:00Z', 0))");

      await("the overview to be asked for again", () -> overviews() > asked);
      browser.see("h1 small", "11/14/2026");
    }
    browser.assertQuiet(message -> false);
  }

  private static long overviews() {
    return (Long)
        browser.run(
            "return performance.getEntriesByType('resource')"
                + ".filter((one) => one.name.includes('/overview')).length");
  }

  /** A service that has taken a request and does not answer is not live. */
  @Test
  void aServiceThatDoesNotAnswerIsNotCalledLive() {
    browser.open("today", OWN.admin());
    browser.see("#spans");

    browser.run("window.fetch = () => new Promise(() => {}); location.hash = '#/late'");
    browser.see("main .start");
    // Some seconds later
    browser.run("const now = Date.now; Date.now = () => now() + 6_000");

    browser.see(".fresh.waits", "No answer from the service");
    browser.assertQuiet(message -> false);
  }

  @Test
  void whatCouldNotBeUsedIsSaidBesideTheFeeds() throws Exception {
    Map<String, Object> clients = new HashMap<>(here.clients);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] bytes = "no fact".getBytes(UTF_8);
      producer.send(new ProducerRecord<>(Topics.CHARGES.name(), bytes, bytes)).get();
    }
    here.settle(web.port());

    browser.open("today?tenant=" + Installation.TENANT, Installation.OPERATOR);
    browser.see("#refused-records", "1 invalid record in the last 7 days");
    browser.click("#refused-records a");

    browser.see("#invalid", Topics.CHARGES.name());
    browser.see("#invalid", "company not readable");
    browser.see("main", "not included in any figure");
    browser.assertQuiet(message -> false);
  }
}
