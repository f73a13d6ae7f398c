package org.visitbalance.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.Alerts;
import org.visitbalance.alerts.Checking;
import org.visitbalance.alerts.Door;
import org.visitbalance.alerts.Matter;
import org.visitbalance.alerts.Route;
import org.visitbalance.alerts.Telling;
import org.visitbalance.alerts.Wanted;
import org.visitbalance.core.Reasons;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.Yaml;
import org.visitbalance.output.Severity;
import org.visitbalance.report.Words;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Reads the routes file of the alerts; docs/alerts.md lists its keys. */
final class RoutesFile {
  private static final String A_DURATION = "a duration such as PT15M or P3D";
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final List<Severity> SEVERITIES =
      List.of(Severity.HIGH, Severity.MEDIUM, Severity.LOW);

  private final Secrets secrets;

  private RoutesFile(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads a file.
   *
   * @throws InputException with the file, the line, the key and the allowed values
   */
  static Alerts.Plan read(Path file, Secrets secrets) {
    List<Yaml> documents = Yaml.documents(file);
    if (documents.size() != 1) {
      throw new InputException(file + ": must contain one document, not " + documents.size());
    }
    return new RoutesFile(secrets).plan(documents.get(0));
  }

  private Alerts.Plan plan(Yaml document) {
    Yaml.Fields fields = document.map("a map with routes");
    Yaml page = fields.get("page");
    Telling telling = new Telling(page == null ? null : address(page), RoutesFile::words);
    Checking checking = checking(fields.get("checking"));
    List<Route> routes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Yaml place : fields.need("routes", "a list of routes").list("a list of routes")) {
      Route route = route(place);
      if (!names.add(route.name())) {
        throw place.error("has the name of another route; every route needs its own name");
      }
      routes.add(route);
    }
    if (routes.isEmpty()) {
      throw document.error("has no routes; add at least one");
    }
    known(fields, "page", "checking", "routes");
    return new Alerts.Plan(telling, checking, routes);
  }

  private static String words(String kind) {
    return kind.equals("DAY") ? "the day is out of balance" : Words.of(kind);
  }

  private static void known(Yaml.Fields fields, String... names) {
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are " + String.join(", ", names));
    }
  }

  private static Checking checking(@Nullable Yaml place) {
    Duration stopped = Duration.ofMinutes(5);
    Map<String, Duration> silent = new HashMap<>();
    int letters = 20;
    if (place != null) {
      Yaml.Fields fields = place.map("a map such as {stoppedAfter: PT5M}");
      stopped = duration(fields.get("stoppedAfter"), stopped);
      letters = whole(fields.get("deadLettersAnHour"), letters, 0, 1_000_000);
      Yaml sources = fields.get("silentAfter");
      if (sources != null) {
        Yaml.Fields each = sources.map("a map such as {emr.visits: P1D}");
        List<String> topics = Topics.PATIENT_FACTS.stream().map(Topic::name).toList();
        topics.forEach(topic -> put(silent, topic, each.get(topic)));
        known(each, topics.toArray(String[]::new));
      }
      known(fields, "stoppedAfter", "silentAfter", "deadLettersAnHour");
      if (stopped.isZero()) {
        throw place.error("must have a stoppedAfter longer than PT0S");
      }
    }
    return new Checking(stopped, silent, letters);
  }

  private static void put(Map<String, Duration> silent, String topic, @Nullable Yaml value) {
    if (value != null) {
      silent.put(topic, duration(value, Duration.ZERO));
    }
  }

  private Route route(Yaml place) {
    Yaml.Fields fields = place.map("a route with name, and webhook or alertmanager");
    String wanted = "a name of lower-case letters, digits and hyphens, such as billing-desk";
    Yaml named = fields.need("name", wanted);
    String name = named.text(wanted);
    if (!name.matches("[a-z0-9][a-z0-9-]{0,39}") || name.equals("watch")) {
      throw named.error("must be " + wanted + ", at most 40 characters long, and not 'watch'");
    }
    Yaml webhook = fields.get("webhook");
    Yaml alertmanager = fields.get("alertmanager");
    if ((webhook == null) == (alertmanager == null)) {
      throw place.error("must have either webhook or alertmanager");
    }
    Door door = webhook == null ? alertmanagers(alertmanager) : webhook(webhook);
    Wanted what =
        new Wanted(
            texts(fields.get("tenants")),
            texts(fields.get("locations")),
            each(fields.get("kinds"), kinds(), one -> one),
            each(
                fields.get("severities"),
                SEVERITIES.stream().map(Severity::name).toList(),
                Severity::valueOf),
            duration(fields.get("settle"), Duration.ofMinutes(5)),
            duration(fields.get("olderThan"), Duration.ZERO));
    known(
        fields,
        "name",
        "webhook",
        "alertmanager",
        "tenants",
        "locations",
        "kinds",
        "severities",
        "settle",
        "olderThan");
    return new Route(name, door, what);
  }

  private static List<String> kinds() {
    Set<String> kinds = new TreeSet<>(Reasons.kinds());
    kinds.addAll(List.of(Matter.CHECKING_STOPPED, Matter.SOURCE_SILENT, Matter.DEAD_LETTERS));
    return List.copyOf(kinds);
  }

  private Door alertmanagers(@Nullable Yaml place) {
    Yaml.Fields fields = place(place).map("a map with urls");
    List<URI> urls = new ArrayList<>();
    String wanted = "a list of addresses such as [http://alertmanager:9093]";
    for (Yaml url : fields.need("urls", wanted).list(wanted)) {
      urls.add(address(url));
    }
    if (urls.isEmpty()) {
      throw place(place).error("must have at least one address in urls");
    }
    Duration resend = duration(fields.get("resendEvery"), Duration.ofMinutes(1));
    if (resend.compareTo(Duration.ofSeconds(1)) < 0) {
      throw place(place).error("must have a resendEvery of at least PT1S");
    }
    String bearer = secrets.optional(fields, "bearer");
    Duration timeout = timeout(fields);
    known(fields, "urls", "resendEvery", "bearerEnv", "bearerFile", "timeout");
    return new Door.Alertmanagers(urls, resend, bearer, timeout);
  }

  private Door webhook(Yaml place) {
    Yaml.Fields fields = place.map("a map with url and secrets");
    Yaml plain = fields.get("url");
    String hidden = secrets.optional(fields, "url");
    if ((plain == null) == (hidden == null)) {
      throw place.error("must have exactly one of url, urlEnv and urlFile");
    }
    URI url = plain != null ? address(plain) : hiddenAddress(place, String.valueOf(hidden));
    List<String> keys = new ArrayList<>();
    String wanted = "a list such as [{secretEnv: DESK_SECRET}]; every secret signs";
    for (Yaml secret : fields.need("secrets", wanted).list(wanted)) {
      keys.add(secrets.signing(secret));
    }
    if (keys.isEmpty()) {
      throw place.error("must have at least one secret");
    }
    Duration timeout = timeout(fields);
    int tries = whole(fields.get("tries"), 10, 1, 1_000);
    Duration backoff = duration(fields.get("backoff"), Duration.ofSeconds(5));
    Duration longest = duration(fields.get("longestBackoff"), Duration.ofMinutes(15));
    known(
        fields,
        "url",
        "urlEnv",
        "urlFile",
        "secrets",
        "timeout",
        "tries",
        "backoff",
        "longestBackoff");
    return new Door.Webhook(url, keys, timeout, tries, backoff, longest);
  }

  private static Yaml place(@Nullable Yaml place) {
    if (place == null) {
      throw new IllegalStateException("either a webhook or an Alertmanager is given");
    }
    return place;
  }

  private static Duration timeout(Yaml.Fields fields) {
    Yaml place = fields.get("timeout");
    Duration timeout = duration(place, Duration.ofSeconds(10));
    if (place != null && (timeout.toMillis() < 1 || timeout.compareTo(Duration.ofMinutes(2)) > 0)) {
      throw place.error("must be from PT0.001S to PT2M");
    }
    return timeout;
  }

  private static URI hiddenAddress(Yaml place, String text) {
    URI url = uri(text);
    if (url == null) {
      // Without the text, which may be a secret.
      throw place.error("is not an address; it must begin with https:// or http://");
    }
    return url;
  }

  private static URI address(Yaml place) {
    String wanted = "an address such as https://balance.example.com";
    URI url = uri(place.text(wanted));
    if (url == null) {
      throw place.error("must be " + wanted);
    }
    return url;
  }

  private static @Nullable URI uri(String text) {
    try {
      URI url = new URI(text);
      boolean isHttp = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      return isHttp && url.getHost() != null ? url : null;
    } catch (java.net.URISyntaxException e) {
      return null;
    }
  }

  private static Set<String> texts(@Nullable Yaml place) {
    Set<String> texts = new LinkedHashSet<>();
    if (place != null) {
      for (Yaml one : place.list("a list of strings")) {
        texts.add(one.text("a string"));
      }
      if (texts.isEmpty()) {
        throw place.error("is empty; leave it out to allow every value");
      }
    }
    return texts;
  }

  private static <T> Set<T> each(
      @Nullable Yaml place, List<String> allowed, Function<String, T> value) {
    Set<T> values = new LinkedHashSet<>();
    for (String text : texts(place)) {
      if (place != null && !allowed.contains(text)) {
        throw place.error("contains '" + text + "'; allowed are " + String.join(", ", allowed));
      }
      values.add(value.apply(text));
    }
    return values;
  }

  private static int whole(@Nullable Yaml place, int usual, int least, int most) {
    if (place == null) {
      return usual;
    }
    String wanted = "a whole number from " + least + " to " + most;
    String text = place.text(wanted);
    if (!text.matches("[0-9]{1,7}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw place.error("must be " + wanted);
    }
    return Integer.parseInt(text);
  }

  private static Duration duration(@Nullable Yaml place, Duration usual) {
    if (place == null) {
      return usual;
    }
    try {
      Duration duration = Duration.parse(place.text(A_DURATION));
      if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException e) {
      // Reported below.
    }
    throw place.error("must be " + A_DURATION);
  }
}
