package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.model.Database;

/** Who cannot see how far the figures are does not say that the clock has stopped. */
@Timeout(180)
@Tag("slow")
class UnseenProgressTest {
  private final Installation here = Installation.shared();
  private final Database database = Database.temporary();
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  @Test
  void theReasonIsThatItCannotBeSeenAndWhy() {
    try (QueryService web =
        here.open(0, database, here.authenticator(), () -> Instant.now().plus(ahead.get()))) {
      here.settle(web.port());
      execute("alter table removed_rows rename to away");
      await("a look that fails", () -> ready(web).contains("has failed"));
      assertThat(stopped(web)).as("one that fails says nothing yet").isEmpty();

      ahead.set(Duration.ofMinutes(6));
      assertThat(stopped(web))
          .contains("it cannot be seen how far the figures are (the database refused")
          .contains("check the database")
          .doesNotContain("clock");
      assertThat(ready(web)).contains("\"DOWN\",\"detail\":\"it cannot be seen how far");

      ahead.set(Duration.ZERO);
      execute("alter table away rename to removed_rows");
      here.settle(web.port());
      assertThat(stopped(web)).isEmpty();
    }
  }

  private void execute(String sql) {
    database.jdbi().useHandle(handle -> handle.execute(sql));
  }

  private String stopped(QueryService web) {
    return here.send("GET", web.port(), "me", null, Installation.VIEWER)
        .headers()
        .firstValue("Visit-Balance-Stopped")
        .orElse("");
  }

  private String ready(QueryService web) {
    URI uri = URI.create("http://127.0.0.1:" + web.port() + "/health/ready");
    return here.send(HttpRequest.newBuilder(uri).build()).body();
  }
}
