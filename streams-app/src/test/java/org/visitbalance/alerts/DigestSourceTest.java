package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a morning mail is limited to has to be there: nothing is open where nothing is. */
class DigestSourceTest {
  private static final String TODO = "; correct the routes file, or the settings";

  private HttpServer service;

  /** Downtown and Riverside are in the settings, and Old is in balances only. */
  @BeforeEach
  void start() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/",
        exchange -> {
          String asked = exchange.getRequestURI().toString();
          String answer =
              asked.contains("/names")
                  ? "{\"locations\":{\"DTN\":{\"group\":\"East\"},\"RIV\":{\"group\":\"West\"}}}"
                  : asked.endsWith("location=OLD") ? "{\"rows\":[{}]}" : "{\"rows\":[]}";
          try (exchange) {
            byte[] body = answer.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    service.start();
  }

  @AfterEach
  void close() {
    service.stop(0);
  }

  private String unknown(Set<String> locations, Set<String> groups) throws IOException {
    Digest digest =
        new Digest(
            "morning",
            "T1",
            List.of("a@example.com"),
            locations,
            groups,
            LocalTime.of(7, 0),
            EnumSet.allOf(DayOfWeek.class),
            null);
    URI api = URI.create("http://127.0.0.1:" + service.getAddress().getPort());
    MailPlan plan =
        new MailPlan(
            api,
            null,
            new MailPlan.Server(
                "127.0.0.1", 1, MailPlan.Tls.NONE, null, null, null, Duration.ofSeconds(1)),
            "a@example.com",
            List.of(digest));
    return new DigestSource(new HttpSender(), plan).unknown(digest);
  }

  @Test
  void ofSeveralGroupsEachOneHasToBeThere() throws IOException {
    String no = "names a group that no location of the settings is in: ";

    assertThat(unknown(Set.of(), Set.of("East", "West"))).isNull();
    assertThat(unknown(Set.of(), Set.of("East", "North"))).isEqualTo(no + "North" + TODO);
    assertThat(unknown(Set.of(), Set.of("South", "West", "North")))
        .isEqualTo(no + "North, South" + TODO);
    assertThat(unknown(Set.of("DTN"), Set.of("North"))).isEqualTo(no + "North" + TODO);
  }

  @Test
  void ofSeveralLocationsEachOneIsInTheSettingsOrInABalance() throws IOException {
    String no = "names a location that is neither in the settings nor in any balance: ";

    assertThat(unknown(Set.of("DTN", "OLD"), Set.of())).isNull();
    assertThat(unknown(Set.of("DTN", "Dtn"), Set.of("East"))).isEqualTo(no + "Dtn" + TODO);
    assertThat(unknown(Set.of(), Set.of())).isNull();
  }
}
