package org.visitbalance.cli.alerts;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.Digest;
import org.visitbalance.alerts.MailPlan;
import org.visitbalance.cli.Secrets;
import org.visitbalance.ingest.Yaml;

/** Reads the section {@code mail} of a routes file. */
final class MailSection {
  private static final int MOST_ADDRESSES = 20;

  private static final Map<String, DayOfWeek> DAYS =
      Map.of(
          "MON", DayOfWeek.MONDAY,
          "TUE", DayOfWeek.TUESDAY,
          "WED", DayOfWeek.WEDNESDAY,
          "THU", DayOfWeek.THURSDAY,
          "FRI", DayOfWeek.FRIDAY,
          "SAT", DayOfWeek.SATURDAY,
          "SUN", DayOfWeek.SUNDAY);

  private final Secrets secrets;

  MailSection(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads the section.
   *
   * @param page the address of the page, which is that of the API unless it says another
   * @param names the names of routes; those of mails are added
   */
  MailPlan read(Yaml place, @Nullable URI page, Set<String> names) {
    Yaml.Fields fields = place.map("a map with smtp, from and digests");
    Yaml api = fields.get("api");
    if (api == null && page == null) {
      throw place.error("must have api, the address of the service, if the file has no page");
    }
    String token = secrets.optional(fields, "token");
    MailPlan.Server server = server(fields.need("smtp", "a map with host"));
    String filter = "the sender, such as Visit Balance <visit-balance@example.com>";
    String from = address(fields.need("from", filter), filter);
    List<Digest> digests = new ArrayList<>();
    String list = "a list of mails";
    for (Yaml one : fields.need("digests", list).list(list)) {
      Digest digest = digest(one);
      if (!names.add(digest.name())) {
        throw one.error("has the name of a route or of another mail; choose another");
      }
      digests.add(digest);
    }
    if (digests.isEmpty()) {
      throw place.error("has no digests; add at least one");
    }
    RoutesFile.known(fields, "api", "tokenEnv", "tokenFile", "smtp", "from", "digests");
    URI asked = api == null ? page : RoutesFile.address(api);
    if (asked == null) {
      throw new IllegalStateException("one of them is given");
    }
    return new MailPlan(asked, token, server, from, digests);
  }

  private MailPlan.Server server(Yaml place) {
    Yaml.Fields fields = place.map("a map with host");
    String filter = "a host such as smtp.example.com";
    Yaml named = fields.need("host", filter);
    String host = named.text(filter);
    if (!host.matches("[A-Za-z0-9.:-]{1,253}")) {
      throw named.error("must be " + filter);
    }
    Yaml tls = fields.get("tls");
    MailPlan.Tls how = MailPlan.Tls.STARTTLS;
    if (tls != null) {
      String word = tls.text("STARTTLS, TLS or NONE");
      if (!List.of("STARTTLS", "TLS", "NONE").contains(word)) {
        throw tls.error("must be STARTTLS, TLS or NONE");
      }
      how = MailPlan.Tls.valueOf(word);
    }
    int usual =
        switch (how) {
          case STARTTLS -> 587;
          case TLS -> 465;
          case NONE -> 25;
        };
    int port = RoutesFile.whole(fields.get("port"), usual, 1, 65_535);
    Yaml user = fields.get("user");
    String password = secrets.optional(fields, "password");
    if ((user == null) != (password == null)) {
      throw place.error("must have both user and passwordEnv (or passwordFile), or neither");
    }
    if (user != null && how == MailPlan.Tls.NONE) {
      throw place.error("has a password, which must not be sent in the clear; set tls to STARTTLS");
    }
    Yaml trust = fields.get("trustFile");
    MailPlan.Server server =
        new MailPlan.Server(
            host,
            port,
            how,
            user == null ? null : user.text("the name of a user"),
            password,
            trust == null ? null : Path.of(trust.text("a PEM file")),
            RoutesFile.timeout(fields));
    RoutesFile.known(
        fields,
        "host",
        "port",
        "tls",
        "user",
        "passwordEnv",
        "passwordFile",
        "trustFile",
        "timeout");
    return server;
  }

  private static Digest digest(Yaml place) {
    Yaml.Fields fields = place.map("a map with name, to, tenant and at");
    String name = RoutesFile.name(fields);
    String tenant = fields.need("tenant", "a company").text("a company");
    String filter = "a list of addresses such as [billing@example.com]";
    List<String> to = new ArrayList<>();
    Yaml addresses = fields.need("to", filter);
    for (Yaml one : addresses.list(filter)) {
      to.add(address(one, "an address such as billing@example.com"));
    }
    if (to.isEmpty() || to.size() > MOST_ADDRESSES) {
      throw addresses.error("must have 1 to " + MOST_ADDRESSES + " addresses");
    }
    Yaml file = fields.get("attach");
    Set<DayOfWeek> days = EnumSet.allOf(DayOfWeek.class);
    Yaml some = fields.get("days");
    if (some != null) {
      days =
          RoutesFile.each(
              some,
              List.of("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"),
              day -> DAYS.getOrDefault(day, DayOfWeek.MONDAY));
    }
    Digest digest =
        new Digest(
            name,
            tenant,
            to,
            RoutesFile.texts(fields.get("locations")),
            RoutesFile.texts(fields.get("groups")),
            time(fields.get("at")),
            days,
            file == null ? null : Path.of(file.text("a file")));
    RoutesFile.known(fields, "name", "tenant", "to", "locations", "groups", "at", "days", "attach");
    return digest;
  }

  private static LocalTime time(@Nullable Yaml place) {
    if (place == null) {
      return LocalTime.of(7, 0);
    }
    String filter = "a time of the day in quotes, such as \"07:00\"";
    String text = place.text(filter);
    try {
      if (text.matches("[0-9]{2}:[0-9]{2}")) {
        return LocalTime.parse(text);
      }
    } catch (DateTimeParseException e) {
      // Said below.
    }
    throw place.error("must be " + filter);
  }

  private static String address(Yaml place, String filter) {
    String text = place.text(filter);
    try {
      InternetAddress address = new InternetAddress(text, true);
      if (address.getAddress().matches("[^@\\s]+@[^@\\s]+")) {
        return text;
      }
    } catch (AddressException e) {
      // Said below.
    }
    throw place.error("must be " + filter);
  }
}
