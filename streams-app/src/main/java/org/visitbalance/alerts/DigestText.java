package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.DigestFigures.Amount;
import org.visitbalance.alerts.DigestFigures.Feed;
import org.visitbalance.alerts.DigestFigures.Place;
import org.visitbalance.alerts.DigestFigures.Verdict;
import org.visitbalance.alerts.DigestFigures.Work;
import org.visitbalance.text.Printable;
import org.visitbalance.text.Words;

/**
 * Words a morning mail, as text and as HTML. It says nothing about a patient: visits are links with
 * their tokens.
 *
 * @param page the address of the page; null for no links
 * @param words gives the label of a kind
 */
record DigestText(@Nullable URI page, UnaryOperator<String> words) {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEEE, MMMM d", Locale.US);
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("M/d/yyyy", Locale.US);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEEE, MMMM d, h:mm a z", Locale.US);

  /** The service reflects a tick every few seconds. */
  private static final Duration CURRENT = Duration.ofMinutes(15);

  private static final int MOST_PLACES = 20;

  /** A mail in words. */
  record Written(String subject, String text, String html) {}

  /** A piece of a mail. */
  private record Part(@Nullable String heading, List<Line> lines, boolean isWarning) {}

  private record Line(String text, @Nullable String link) {}

  /** Writes a mail. */
  Written write(Digest digest, DigestFigures figures, Instant now) {
    List<Part> parts = new ArrayList<>();
    List<Line> warnings = warnings(figures, now);
    if (!warnings.isEmpty()) {
      parts.add(new Part(null, warnings, true));
    }
    parts.add(new Part(capital(state(figures)) + ".", places(figures), false));
    parts.add(new Part("Open now", money(figures), false));
    parts.add(new Part("To work next", work(figures, digest.tenant()), false));
    String today = today(digest.tenant(), figures.locations());
    if (today != null) {
      parts.add(new Part(null, List.of(new Line("Open Today", today)), false));
    }
    String title = Printable.line(digest.tenant() + of(digest) + ": " + days(figures));
    return new Written(
        subject(digest, figures, !warnings.isEmpty()), text(title, parts), html(title, parts));
  }

  private static String subject(Digest digest, DigestFigures figures, boolean isOld) {
    return Printable.line(
        (isOld ? "Not complete: " : "")
            + days(figures)
            + ": "
            + state(figures)
            + missing(figures.missing())
            + (digest.groups().isEmpty() ? "" : " (" + String.join(", ", digest.groups()) + ")"));
  }

  private static String of(Digest digest) {
    List<String> all = new ArrayList<>(digest.groups());
    all.addAll(digest.locations());
    return all.isEmpty() ? "" : ", " + String.join(", ", all);
  }

  private static String days(DigestFigures figures) {
    String last = DAY.format(figures.to());
    return figures.from().equals(figures.to()) ? last : DAY.format(figures.from()) + " to " + last;
  }

  private static String state(DigestFigures figures) {
    long out = figures.count(Verdict.OUT_OF_BALANCE);
    if (figures.places().isEmpty()) {
      return "no visits";
    } else if (out > 0) {
      return Words.count(out, "location", "locations") + " out of balance";
    }
    return "no location out of balance";
  }

  private static String missing(Amount missing) {
    if (missing.visits() == 0) {
      return "";
    } else if (missing.cents() == null) {
      return ", " + Words.count(missing.visits(), "visit", "visits") + " missing";
    }
    return ", $" + Words.count(Math.round(missing.cents() / 100.0)) + " missing";
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static List<Line> warnings(DigestFigures figures, Instant now) {
    List<Line> warnings = new ArrayList<>();
    Instant asOf = figures.asOf();
    ZoneId zone = figures.zone();
    if (figures.stopped() != null) {
      warnings.add(line("The figures have stopped: " + figures.stopped() + "."));
    }
    if (asOf == null) {
      warnings.add(line("The service has no figures yet."));
    } else if (asOf.isBefore(now.minus(CURRENT))) {
      warnings.add(
          line(
              "These figures are old: they are from "
                  + TIME.format(asOf.atZone(zone))
                  + ". Nothing that came since then is in them."));
    } else if (figures.progress() != null) {
      warnings.add(
          line("The service is still working on what it received. These figures will change."));
    }
    for (Feed feed : figures.feeds()) {
      Instant until = feed.until();
      if (until != null && LocalDate.ofInstant(until, zone).isBefore(figures.to())) {
        warnings.add(
            line(
                (feed.source().equals("EMR") ? "EMR" : "Billing")
                    + " data ends "
                    + TIME.format(until.atZone(zone))
                    + ". What happened after that is not known yet."));
      }
    }
    return warnings;
  }

  private static Line line(String text) {
    return new Line(Printable.line(text), null);
  }

  private static List<Line> places(DigestFigures figures) {
    List<Line> lines = new ArrayList<>();
    List<Place> out =
        figures.places().stream()
            .filter(place -> place.verdict() == Verdict.OUT_OF_BALANCE)
            .toList();
    for (Place place : out.subList(0, Math.min(out.size(), MOST_PLACES))) {
      lines.add(
          line(
              place.name()
                  + ": "
                  + Words.count(place.unexplained(), "visit", "visits")
                  + " unexplained, EMR minus billing "
                  + Words.signed(place.difference())));
    }
    if (out.size() > MOST_PLACES) {
      lines.add(line("and " + Words.count(out.size() - MOST_PLACES) + " more"));
    }
    List<String> others = new ArrayList<>();
    for (Verdict verdict : List.of(Verdict.WAITING, Verdict.EXPLAINED, Verdict.BALANCED)) {
      if (figures.count(verdict) > 0) {
        others.add(
            Words.count(figures.count(verdict)) + " " + verdict.name().toLowerCase(Locale.ENGLISH));
      }
    }
    if (!others.isEmpty()) {
      lines.add(line((out.isEmpty() ? "Locations: " : "Others: ") + String.join(", ", others)));
    }
    return lines;
  }

  private static List<Line> money(DigestFigures figures) {
    List<Line> lines = new ArrayList<>();
    for (Amount amount : figures.money()) {
      if (amount.visits() > 0) {
        lines.add(
            line(
                amount.label()
                    + ": "
                    + (amount.cents() == null ? "" : Words.dollars(amount.cents()) + ", ")
                    + Words.count(amount.visits(), "visit", "visits")
                    + (amount.unpriced() == 0
                        ? ""
                        : ", " + Words.count(amount.unpriced()) + " without a price")));
      }
    }
    if (lines.isEmpty()) {
      lines.add(line("Nothing is unbilled."));
    }
    return lines;
  }

  private List<Line> work(DigestFigures figures, String tenant) {
    List<Line> lines = new ArrayList<>();
    for (Work one : figures.work()) {
      String said =
          words.apply(one.kind())
              + ", "
              + one.place()
              + (one.date() == null ? "" : ", " + DATE.format(one.date()))
              + (one.cents() == null ? "" : ", " + Words.dollars(one.cents()))
              + (one.fileBy() == null ? "" : ", file by " + DATE.format(one.fileBy()));
      String link =
          one.visit() == null || page == null
              ? null
              : address("visit/" + one.visit() + "?tenant=" + encoded(tenant));
      lines.add(new Line(Printable.line(said), link));
    }
    if (lines.isEmpty()) {
      lines.add(line("Nothing is open."));
    }
    return lines;
  }

  private @Nullable String today(String tenant, List<String> locations) {
    if (page == null) {
      return null;
    }
    StringBuilder where = new StringBuilder("today?tenant=").append(encoded(tenant));
    locations.forEach(one -> where.append("&location=").append(encoded(one)));
    return address(where.toString());
  }

  private String address(String where) {
    return String.valueOf(page).replaceFirst("/+$", "") + "/#/" + where;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String text(String title, List<Part> parts) {
    StringBuilder text = new StringBuilder(title).append("\n");
    for (Part part : parts) {
      text.append("\n");
      if (part.heading() != null) {
        text.append(part.heading()).append("\n");
      }
      for (Line line : part.lines()) {
        text.append(part.isWarning() ? "! " : part.heading() == null ? "" : "  ");
        text.append(line.text()).append(line.link() == null ? "" : "\n    " + line.link());
        text.append("\n");
      }
    }
    return text.toString();
  }

  private static String html(String title, List<Part> parts) {
    StringBuilder html = new StringBuilder("<!DOCTYPE html><html lang=\"en\"><head>");
    html.append("<meta charset=\"utf-8\"><title>").append(escaped(title)).append("</title></head>");
    html.append("<body style=\"font-family:sans-serif;line-height:1.4\"><h1 style=\"font-size:");
    html.append("1.2em\">").append(escaped(title)).append("</h1>");
    for (Part part : parts) {
      if (part.heading() != null) {
        html.append("<h2 style=\"font-size:1em\">").append(escaped(part.heading())).append("</h2>");
      }
      html.append(part.isWarning() ? "<ul style=\"border-left:4px solid;font-weight:bold\">" : "");
      html.append(part.isWarning() ? "" : "<ul>");
      for (Line line : part.lines()) {
        html.append("<li>");
        if (line.link() == null) {
          html.append(escaped(line.text()));
        } else {
          html.append("<a href=\"").append(escaped(line.link())).append("\">");
          html.append(escaped(line.text())).append("</a>");
        }
        html.append("</li>");
      }
      html.append("</ul>");
    }
    return html.append("</body></html>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
