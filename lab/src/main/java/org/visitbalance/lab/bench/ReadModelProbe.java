package org.visitbalance.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;

/** Asks for the views of the page, as browsers do. */
final class ReadModelProbe {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double MILLIS = 1e6;
  private static final int WARM_UP = 30;
  private static final int SAMPLES = 200;

  /**
   * A view.
   *
   * @param path the path of the nth request
   */
  record View(String name, IntFunction<String> path) {}

  /**
   * How long answers took.
   *
   * @param nanos sorted
   * @param bytes the size of the largest answer, as sent
   */
  record Figures(List<Long> nanos, long bytes, double rate) {
    double quantile(double part) {
      int place = (int) Math.ceil(nanos.size() * part) - 1;
      return nanos.isEmpty() ? 0 : nanos.get(Math.max(0, place)) / MILLIS;
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final String root;

  ReadModelProbe(int port) {
    this.root = "http://127.0.0.1:" + port + "/api/v1/";
  }

  List<View> views() {
    List<JsonNode> days = rows("balances?granularity=DAY&sort=-from&limit=" + SAMPLES);
    List<JsonNode> visits = rows("visits?limit=" + SAMPLES);
    List<JsonNode> notes = rows("locations?limit=" + SAMPLES);
    IntFunction<String> location = n -> text(notes.get(n % notes.size()).path("location").asText());
    String today = get("overview").path("freshness").path("today").asText();
    String yearAgo = LocalDate.parse(today).minusYears(1).plusDays(1).toString();
    List<String> pages = pages("discrepancies?limit=100");
    List<View> views = new ArrayList<>();
    views.add(new View("overview", n -> "overview"));
    views.add(new View("overview of a location", n -> "overview?location=" + location.apply(n)));
    views.add(new View("matrix of a month", n -> "matrix"));
    views.add(new View("matrix of 12 months by day", n -> "matrix?from=" + yearAgo));
    views.add(
        new View("matrix of 12 months by week", n -> "matrix?granularity=WEEK&from=" + yearAgo));
    views.add(
        new View("matrix of 12 months by month", n -> "matrix?granularity=MONTH&from=" + yearAgo));
    views.add(new View("locations", n -> "locations?limit=1000"));
    views.add(new View("names", n -> "names"));
    views.add(new View("work list", n -> "discrepancies?limit=100"));
    views.add(new View("work list, later pages", n -> pages.get(n % pages.size())));
    for (String sort : List.of("-openedAt", "date", "-amount", "fileBy", "location", "kind")) {
      views.add(new View("work list, sort=" + sort, n -> "discrepancies?limit=100&sort=" + sort));
    }
    views.add(
        new View(
            "work list of a location",
            n -> "discrepancies?limit=100&location=" + location.apply(n)));
    views.add(new View("period", n -> "period?granularity=DAY" + place(days.get(n % days.size()))));
    views.add(
        new View(
            "period of a month",
            n -> {
              JsonNode day = days.get(n % days.size());
              return "period?granularity=MONTH&location="
                  + text(day.path("location").asText())
                  + "&from="
                  + day.path("from").asText().substring(0, 8)
                  + "01";
            }));
    views.add(
        new View("visit", n -> "visits/" + visits.get(n % visits.size()).path("visit").asText()));
    views.add(new View("late arrivals", n -> "late-arrivals?limit=100"));
    views.add(new View("late arrivals by age", n -> "late-arrivals/ageing"));
    views.add(new View("open notes", n -> "open-notes?limit=100"));
    views.add(new View("unit variances", n -> "unit-variances?limit=100"));
    return views;
  }

  private List<String> pages(String path) {
    List<String> pages = new ArrayList<>();
    String next = "";
    for (int i = 0; i < 20 && next != null; i++) {
      String page = path + (next.isEmpty() ? "" : "&cursor=" + text(next));
      pages.add(page);
      next = get(page).path("next").textValue();
    }
    return pages;
  }

  private static String place(JsonNode day) {
    return "&location="
        + text(day.path("location").asText())
        + "&from="
        + day.path("from").asText();
  }

  private static String text(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private List<JsonNode> rows(String path) {
    List<JsonNode> rows = new ArrayList<>();
    get(path).path("rows").forEach(rows::add);
    return rows;
  }

  private JsonNode get(String path) {
    try {
      return JSON.readTree(body(send(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] body(HttpResponse<byte[]> response) throws IOException {
    boolean isPacked = response.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
    return isPacked
        ? new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()
        : response.body();
  }

  private HttpResponse<byte[]> send(String path) {
    try {
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(URI.create(root + path))
                  .header("Accept-Encoding", "gzip")
                  .build(),
              BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(
            path
                + " gave "
                + response.statusCode()
                + " "
                + new String(body(response), StandardCharsets.UTF_8));
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Asks for a view, and measures each answer from the question to its last byte. */
  Figures measure(View view, int callers, int requests, Duration most) throws InterruptedException {
    ask(view, callers, WARM_UP, most.dividedBy(4));
    return ask(view, callers, requests, most);
  }

  private Figures ask(View view, int callers, int requests, Duration most)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    AtomicLong largest = new AtomicLong();
    Queue<Long> nanos = new ConcurrentLinkedQueue<>();
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int n = next.getAndIncrement();
                      n < requests && System.nanoTime() - start < most.toNanos();
                      n = next.getAndIncrement()) {
                    long begun = System.nanoTime();
                    int bytes = send(view.path().apply(n)).body().length;
                    nanos.add(System.nanoTime() - begun);
                    largest.accumulateAndGet(bytes, Math::max);
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdown();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Long> sorted = nanos.stream().sorted().toList();
    return new Figures(sorted, largest.get(), sorted.size() / seconds);
  }
}
