package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.DigestFigures.Amount;
import org.visitbalance.alerts.DigestFigures.Feed;
import org.visitbalance.alerts.DigestFigures.Place;
import org.visitbalance.alerts.DigestFigures.Verdict;
import org.visitbalance.alerts.DigestFigures.Work;

/** Asks the service for the figures of a morning mail, so that they are those of the page. */
final class DigestSource {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 8 << 20;
  private static final int WORK = 5;

  private final HttpSender http;
  private final MailPlan plan;

  DigestSource(HttpSender http, MailPlan plan) {
    this.http = http;
    this.plan = plan;
  }

  /** Returns the time zone of a company. */
  ZoneId zone(String tenant) throws IOException {
    return zone(ask("names", tenant, "", List.of()).json());
  }

  private static ZoneId zone(JsonNode answer) throws IOException {
    try {
      return ZoneId.of(answer.path("freshness").path("zone").asText());
    } catch (DateTimeException e) {
      throw new IOException("the service does not name the company's time zone", e);
    }
  }

  /** Returns the figures of some business dates, and what is open now. */
  DigestFigures read(Digest digest, LocalDate from, LocalDate to) throws IOException {
    JsonNode names = names(digest);
    String unknown = unknown(digest, names);
    if (unknown != null) {
      throw new IOException("it " + unknown);
    }
    List<String> locations = locations(digest, names);
    Answer overview = ask("overview", digest.tenant(), "", locations);
    String days = "&granularity=DAY&from=" + from + "&to=" + to;
    JsonNode matrix = ask("matrix", digest.tenant(), days, locations).json();
    String first = "&days=false&limit=" + WORK;
    JsonNode work = ask("discrepancies", digest.tenant(), first, locations).json();
    JsonNode money = overview.json().path("money");
    return new DigestFigures(
        from,
        to,
        zone(overview.json()),
        instant(overview.json().path("freshness").path("asOf")),
        overview.stopped(),
        overview.progress(),
        feeds(overview.json().path("feeds")),
        locations,
        places(matrix.path("cells"), names),
        List.of(
            amount("Unbilled", money.path("unbilled")),
            amount("Held", money.path("held")),
            amount("Missing", money.path("missing")),
            amount("File within 14 days", money.path("fileSoon")),
            amount("Past filing deadline", money.path("pastDeadline"))),
        amount("Missing", money.path("missing")),
        work(work.path("rows"), names));
  }

  /**
   * Says what nobody knows of what a digest is limited to; null if all of it is known. Of a name
   * that is wrong there would be nothing to say, which would read like good news.
   */
  @Nullable String unknown(Digest digest) throws IOException {
    return unknown(digest, names(digest));
  }

  private JsonNode names(Digest digest) throws IOException {
    return ask("names", digest.tenant(), "", List.of()).json().path("locations");
  }

  private @Nullable String unknown(Digest digest, JsonNode names) throws IOException {
    for (String one : digest.locations()) {
      if (!names.has(one) && !hasBalance(digest.tenant(), one)) {
        return "names a location that is neither in the settings nor in any balance: "
            + one
            + "; correct the routes file, or the settings";
      }
    }
    Set<String> groups = new TreeSet<>(digest.groups());
    names.forEach(one -> groups.remove(one.path("group").asText("")));
    return groups.isEmpty()
        ? null
        : "names a group that no location of the settings is in: "
            + String.join(", ", groups)
            + "; correct the routes file, or the settings";
  }

  /** The locations of a digest; of a group, those that the settings have in it now. */
  private static List<String> locations(Digest digest, JsonNode names) {
    Set<String> locations = new TreeSet<>(digest.locations());
    for (Map.Entry<String, JsonNode> one : names.properties()) {
      if (digest.groups().contains(one.getValue().path("group").asText(""))) {
        locations.add(one.getKey());
      }
    }
    return List.copyOf(locations);
  }

  private boolean hasBalance(String tenant, String location) throws IOException {
    JsonNode found = ask("balances", tenant, "&limit=1", List.of(location)).json();
    return !found.path("rows").isEmpty();
  }

  private static List<Feed> feeds(JsonNode rows) {
    List<Feed> feeds = new ArrayList<>();
    for (JsonNode row : rows) {
      feeds.add(new Feed(row.path("source").asText(), instant(row.path("completeUntil"))));
    }
    return feeds;
  }

  private static List<Place> places(JsonNode cells, JsonNode names) throws IOException {
    Map<String, Place> places = new LinkedHashMap<>();
    for (JsonNode cell : cells) {
      places.merge(
          cell.path("location").asText(),
          new Place(
              name(cell.path("location").asText(), names),
              verdict(cell.path("verdict").asText()),
              cell.path("unexplained").asLong(),
              cell.path("difference").asLong()),
          DigestSource::sum);
    }
    return places.values().stream()
        .sorted(
            Comparator.comparing(Place::verdict)
                .thenComparing(Comparator.comparingLong(Place::unexplained).reversed())
                .thenComparing(Place::name))
        .toList();
  }

  private static Verdict verdict(String word) throws IOException {
    try {
      return Verdict.valueOf(word);
    } catch (IllegalArgumentException e) {
      throw new IOException("the service answered with an unknown status", e);
    }
  }

  private static Place sum(Place one, Place other) {
    return new Place(
        one.name(),
        one.verdict().compareTo(other.verdict()) < 0 ? one.verdict() : other.verdict(),
        one.unexplained() + other.unexplained(),
        one.difference() + other.difference());
  }

  private static Amount amount(String label, JsonNode sum) {
    JsonNode cents = sum.path("cents");
    return new Amount(
        label,
        cents.isNumber() ? Long.valueOf(cents.asLong()) : null,
        sum.path("visits").asLong(),
        sum.path("unpriced").asLong());
  }

  private static List<Work> work(JsonNode rows, JsonNode names) {
    List<Work> work = new ArrayList<>();
    for (JsonNode row : rows) {
      JsonNode cents = row.path("amountCents");
      work.add(
          new Work(
              row.path("kind").asText(),
              name(row.path("location").asText(), names),
              day(row.path("date")),
              cents.isNumber() ? Long.valueOf(cents.asLong()) : null,
              day(row.path("fileBy")),
              row.path("visit").isTextual() ? row.path("visit").asText() : null));
    }
    return work;
  }

  private static String name(String location, JsonNode names) {
    String name = names.path(location).path("name").asText("");
    return name.isEmpty() || name.equals("null") ? location : name;
  }

  private static @Nullable LocalDate day(JsonNode node) {
    return node.isTextual() ? LocalDate.parse(node.asText()) : null;
  }

  private static @Nullable Instant instant(JsonNode node) {
    return node.isTextual() ? Instant.parse(node.asText()) : null;
  }

  /**
   * What the service answers.
   *
   * @param stopped why its figures no longer move on; null if they do
   * @param progress what it is busy with; null if nothing
   */
  private record Answer(JsonNode json, @Nullable String stopped, @Nullable String progress) {}

  private Answer ask(String path, String tenant, String more, List<String> locations)
      throws IOException {
    StringBuilder address = new StringBuilder(plan.api().toString().replaceFirst("/+$", ""));
    address.append("/api/v1/").append(path).append("?tenant=").append(encoded(tenant)).append(more);
    locations.forEach(one -> address.append("&location=").append(encoded(one)));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address.toString()))
            .header("Accept", "application/json")
            .GET();
    if (plan.token() != null) {
      request.header("Authorization", "Bearer " + plan.token());
    }
    HttpSender.Answer answer = http.send(request.build(), TIMEOUT, MOST_BYTES);
    if (!answer.isGood()) {
      throw new IOException("the service answered HTTP " + answer.status());
    }
    try {
      String stopped = answer.headers().firstValue("Visit-Balance-Stopped").orElse(null);
      return new Answer(
          JSON.readTree(answer.body()),
          stopped == null ? null : JSON.readTree(stopped).path("reason").asText(),
          answer.headers().firstValue("Visit-Balance-Progress").orElse(null));
    } catch (JsonProcessingException e) {
      // Without the text of the problem, which quotes the answer.
      throw new IOException("the service's answer is no JSON, or is too long");
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
