package org.visitbalance.cli.alerts;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.AlertRoute;
import org.visitbalance.alerts.AlertSubject;
import org.visitbalance.alerts.Alerts;
import org.visitbalance.alerts.Destination;
import org.visitbalance.alerts.MailPlan;
import org.visitbalance.alerts.MessageFormatter;
import org.visitbalance.alerts.RouteFilter;
import org.visitbalance.alerts.WatchdogLimits;
import org.visitbalance.cli.Secrets;
import org.visitbalance.core.Reasons;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.Yaml;
import org.visitbalance.output.Severity;
import org.visitbalance.text.Words;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** Reads the routes file of the alerts; docs/alerts.md lists its keys. */
final class RoutesFile {
  private static final String A_LIST = "a list of routes";
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
    MessageFormatter formatter =
        new MessageFormatter(page == null ? null : address(page), Words::of);
    WatchdogLimits limits = limits(fields.get("checking"));
    Set<String> hosts = hosts(fields.get("webhookHosts"));
    List<AlertRoute> routes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Yaml mail = fields.get("mail");
    Yaml all = mail == null ? fields.need("routes", A_LIST) : fields.get("routes");
    for (Yaml place : all == null ? List.<Yaml>of() : all.list(A_LIST)) {
      AlertRoute route = route(place);
      requireAllowed(place, route.destination(), hosts);
      if (!names.add(route.name())) {
        throw place.error("has the name of another route; every route needs its own name");
      }
      routes.add(route);
    }
    if (routes.isEmpty() && mail == null) {
      throw document.error("has no routes; add at least one");
    }
    known(fields, "page", "checking", "webhookHosts", "routes", "mail");
    MailPlan mails =
        mail == null ? null : new MailSection(secrets).read(mail, formatter.page(), names);
    return new Alerts.Plan(formatter, limits, routes, mails);
  }

  private static Set<String> hosts(@Nullable Yaml place) {
    Set<String> hosts = new LinkedHashSet<>();
    for (String host : texts(place)) {
      if (place != null && !host.matches("([*][.])?[A-Za-z0-9.:\\[\\]-]+")) {
        throw place.error("must contain hosts such as desk.example.com or *.example.com");
      }
      hosts.add(host.toLowerCase(Locale.ROOT));
    }
    return hosts;
  }

  /** Checks a webhook's host, without showing an address that may be secret. */
  private static void requireAllowed(Yaml place, Destination destination, Set<String> hosts) {
    if (destination instanceof Destination.Webhook webhook && !hosts.isEmpty()) {
      String host = webhook.url().getHost().toLowerCase(Locale.ROOT);
      boolean isAllowed =
          hosts.stream()
              .anyMatch(
                  one -> one.startsWith("*.") ? host.endsWith(one.substring(1)) : host.equals(one));
      if (!isAllowed) {
        throw place.error("has a webhook whose host is not in webhookHosts");
      }
    }
  }

  static void known(Yaml.Fields fields, String... names) {
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are " + String.join(", ", names));
    }
  }

  private static WatchdogLimits limits(@Nullable Yaml place) {
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
    return new WatchdogLimits(stopped, silent, letters);
  }

  private static void put(Map<String, Duration> silent, String topic, @Nullable Yaml value) {
    if (value != null) {
      silent.put(topic, duration(value, Duration.ZERO));
    }
  }

  private AlertRoute route(Yaml place) {
    Yaml.Fields fields = place.map("a route with name, and webhook or alertmanager");
    String name = name(fields);
    Yaml webhook = fields.get("webhook");
    Yaml alertmanager = fields.get("alertmanager");
    if ((webhook == null) == (alertmanager == null)) {
      throw place.error("must have either webhook or alertmanager");
    }
    Destination destination = webhook == null ? alertmanagers(alertmanager) : webhook(webhook);
    RouteFilter what =
        new RouteFilter(
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
    return new AlertRoute(name, destination, what);
  }

  /** The name of a route or of a mail. */
  static String name(Yaml.Fields fields) {
    String filter = "a name of lower-case letters, digits and hyphens, such as billing-desk";
    Yaml named = fields.need("name", filter);
    String name = named.text(filter);
    if (!name.matches("[a-z0-9][a-z0-9-]{0,39}") || name.equals("watch")) {
      throw named.error("must be " + filter + ", at most 40 characters long, and not 'watch'");
    }
    return name;
  }

  private static List<String> kinds() {
    Set<String> kinds = new TreeSet<>(Reasons.kinds());
    kinds.addAll(
        List.of(
            AlertSubject.CHECKING_STOPPED,
            AlertSubject.SOURCE_SILENT,
            AlertSubject.DEAD_LETTERS,
            AlertSubject.WRONG_CLOCK,
            AlertSubject.FILE_MISSING,
            AlertSubject.FILE_REFUSED));
    kinds.addAll(AlertSubject.INSIGHTS);
    return List.copyOf(kinds);
  }

  private Destination alertmanagers(@Nullable Yaml place) {
    Yaml.Fields fields = place(place).map("a map with urls");
    List<URI> urls = new ArrayList<>();
    String filter = "a list of addresses such as [http://alertmanager:9093]";
    for (Yaml url : fields.need("urls", filter).list(filter)) {
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
    return new Destination.Alertmanagers(urls, resend, bearer, timeout);
  }

  private Destination webhook(Yaml place) {
    Yaml.Fields fields = place.map("a map with url and secrets");
    Yaml plain = fields.get("url");
    String hidden = secrets.optional(fields, "url");
    if ((plain == null) == (hidden == null)) {
      throw place.error("must have exactly one of url, urlEnv and urlFile");
    }
    URI url = plain != null ? address(plain) : hiddenAddress(place, String.valueOf(hidden));
    List<String> keys = new ArrayList<>();
    String filter = "a list such as [{secretEnv: DESK_SECRET}]; every secret signs";
    for (Yaml secret : fields.need("secrets", filter).list(filter)) {
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
    return new Destination.Webhook(url, keys, timeout, tries, backoff, longest);
  }

  private static Yaml place(@Nullable Yaml place) {
    if (place == null) {
      throw new IllegalStateException("either a webhook or an Alertmanager is given");
    }
    return place;
  }

  static Duration timeout(Yaml.Fields fields) {
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
    check(place, url);
    return url;
  }

  static URI address(Yaml place) {
    String filter = "an address such as https://balance.example.com";
    URI url = uri(place.text(filter));
    if (url == null) {
      throw place.error("must be " + filter);
    }
    check(place, url);
    return url;
  }

  /** A host name is checked when it is used; an address given as numbers is checked here too. */
  private static void check(Yaml place, URI url) {
    if (url.getRawUserInfo() != null) {
      throw place.error(
          "must not have a user or a password in it: they are not sent, and secrets are not kept in"
              + " this file; use bearerEnv, tokenEnv, or the secrets that sign");
    }
    String host = url.getHost();
    try {
      boolean isNumeric = host.startsWith("[") || host.matches("[0-9.]+");
      if (isNumeric && InetAddress.getByName(host).isLinkLocalAddress()) {
        throw place.error("must not be a link-local address");
      }
    } catch (UnknownHostException e) {
      throw place.error("is not an address");
    }
  }

  private static @Nullable URI uri(String text) {
    try {
      URI url = new URI(text);
      boolean isHttp = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      return isHttp && url.getHost() != null ? url : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  static Set<String> texts(@Nullable Yaml place) {
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

  static <T> Set<T> each(@Nullable Yaml place, List<String> allowed, Function<String, T> value) {
    Set<T> values = new LinkedHashSet<>();
    for (String text : texts(place)) {
      if (place != null && !allowed.contains(text)) {
        throw place.error("contains '" + text + "'; allowed are " + String.join(", ", allowed));
      }
      values.add(value.apply(text));
    }
    return values;
  }

  static int whole(@Nullable Yaml place, int usual, int least, int most) {
    if (place == null) {
      return usual;
    }
    String filter = "a whole number from " + least + " to " + most;
    String text = place.text(filter);
    if (!text.matches("[0-9]{1,7}")
        || Integer.parseInt(text) < least
        || Integer.parseInt(text) > most) {
      throw place.error("must be " + filter);
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
