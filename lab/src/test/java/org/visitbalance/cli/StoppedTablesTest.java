package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.query.model.Database;

/** An instance whose tables take no rows still answers; nobody may take its figures for fresh. */
@Timeout(180)
@Tag("slow")
class StoppedTablesTest {
  private static final Company OWN = Company.own();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Installation here;
  private static Database database;
  private static QueryService web;
  private int visits;

  @BeforeAll
  static void start() {
    here = Installation.shared();
    database = Database.temporary();
    web = here.open(database, here.authenticator());
    here.settle(web.port());
  }

  @AfterAll
  static void close() {
    web.close();
  }

  /** Each fact becomes a row of a table that takes none. */
  @BeforeEach
  void stop() {
    assertThat(overview().path("freshness").path("stopped").isNull()).isTrue();
    change("add constraint no_more check (record_key is null) nocheck");
    here.post("facts", OWN.visit("STOP" + visits++, "2026-11-11"), OWN.admin());
    await("the stop to be said", () -> stopped(get("me")) != null);
  }

  @AfterEach
  void goOn() {
    change("drop constraint if exists no_more");
    await("the tables to go on", () -> stopped(get("me")) == null);
    here.settle(web.port());
    assertThat(overview().path("freshness").path("stopped").isNull()).isTrue();
  }

  @Test
  void everyDoorSaysSoFirst() {
    JsonNode said = Installation.json(stopped(get("me")));
    assertThat(said.path("reason").asText()).startsWith("the tables take no rows (the database");
    assertThat(said.path("action").asText()).startsWith("check the database");

    // Answers that were packed before the stop are made anew
    JsonNode fresh = overview().path("freshness");
    assertThat(fresh.path("stopped")).isEqualTo(said);
    assertThat(fresh.fieldNames().next()).isEqualTo("stopped");
    assertThat(fresh.path("asOf").isTextual()).isTrue();
    assertThat(stopped(get("discrepancies?format=csv"))).isNotNull();
    assertThat(stopped(get("matrix"))).isNotNull();
    assertThat(text(send("discrepancies?format=xlsx")))
        .contains("These figures have stopped: the tables take no rows");
    assertThat(plain("/health/ready").statusCode()).isEqualTo(503);
    assertThat(plain("/metrics").body()).contains("visit_balance_answers_stopped 1.0");
  }

  /** While it tries again and again, it does not call itself well in between. */
  @Test
  void theStopIsSaidUntilRowsGoIn() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      assertThat(stopped(get("me"))).as("look %s", i).isNotNull();
      Thread.sleep(100);
    }
  }

  @Test
  void thePageSaysSoAboveEveryView() {
    try (Browser browser = Browser.start(web.port())) {
      browser.open("today", OWN.admin());
      browser.see(".fresh.lost", "Figures stopped, as of 11/14/2026");
      browser.see("#stopped", "The figures have stopped: the tables take no rows");
      browser.see("#stopped", "They are as of 11/14/2026");
      browser.see("#stopped", "what was received since then may be missing from them");
      browser.see("#stopped", "To do: check the database");
      browser.see(".feeds", "EMR");
      assertThat(browser.find(".own-clock"))
          .as("a clock that stands is no clock of its own")
          .isNull();

      goOn();
      browser.see(".fresh.live", "Live");
      await("nothing more of it", () -> browser.find("#stopped") == null);
      browser.assertQuiet(message -> false);
    }
  }

  /** No row changes when no row goes in, so nothing else would tell them. */
  @Test
  void whoListensHearsOfItAtOnce() {
    goOn();
    Queue<String> heard = listen();

    stop();

    await("the word", () -> heard.stream().anyMatch(line -> line.contains("take no rows")));
  }

  /** What tells of changes is in the tables, which may be what does not answer. */
  @Test
  void whoListensHearsOfItAlthoughTheTablesDoNotSayWhatHasChanged() {
    goOn();
    Queue<String> heard = listen();

    execute("alter table change_count rename to away");
    try {
      here.post("facts", OWN.visit("STOP" + visits++, "2026-11-11"), OWN.admin());
      await("the word", () -> heard.stream().anyMatch(line -> line.contains("take no rows")));
    } finally {
      execute("alter table away rename to change_count");
    }
  }

  private static Queue<String> listen() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + "/api/v1/changes"))
            .header("Authorization", "Bearer " + OWN.viewer())
            .header("Accept", "text/event-stream")
            .build();
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    var unused =
        HTTP.sendAsync(request, BodyHandlers.ofLines())
            .thenAcceptAsync(answer -> answer.body().forEach(heard::add));
    await("the stream", () -> heard.stream().anyMatch(line -> line.contains("\"stopped\":null")));
    return heard;
  }

  private static void change(String what) {
    execute("alter table event " + what);
  }

  /** H2 gives up a change of a table that waits for a row, and the row for it. */
  private static void execute(String sql) {
    Awaitility.await()
        .ignoreExceptionsMatching(
            e ->
                e.getCause() instanceof SQLException refusal
                    && "40001".equals(refusal.getSQLState()))
        .until(
            () -> {
              database.jdbi().useHandle(handle -> handle.execute(sql));
              return true;
            });
  }

  private static String stopped(HttpResponse<?> response) {
    return response.headers().firstValue("Visit-Balance-Stopped").orElse(null);
  }

  private static HttpResponse<String> get(String path) {
    return here.send("GET", web.port(), path, null, OWN.admin());
  }

  /** As a browser asks: packed. */
  private static JsonNode overview() {
    try {
      byte[] packed = send("overview", "Accept-Encoding", "gzip");
      return Installation.JSON.readTree(new GZIPInputStream(new ByteArrayInputStream(packed)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All parts of a workbook. */
  private static String text(byte[] workbook) {
    StringBuilder all = new StringBuilder();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(workbook))) {
      while (zip.getNextEntry() != null) {
        all.append(new String(zip.readAllBytes(), UTF_8));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all.toString();
  }

  private static byte[] send(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + "/api/v1/" + path))
            .header("Authorization", "Bearer " + OWN.admin());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return HTTP.send(request.build(), BodyHandlers.ofByteArray()).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> plain(String path) {
    return here.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.port() + path)).build());
  }
}
