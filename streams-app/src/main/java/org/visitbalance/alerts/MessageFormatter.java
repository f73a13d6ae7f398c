package org.visitbalance.alerts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.text.JsonText;
import org.visitbalance.text.PlainTime;
import org.visitbalance.text.Words;

/**
 * Writes messages, in words and as JSON. They contain what discrepancies contain: the token of a
 * visit, and nothing about a patient.
 *
 * @param page the address of the page, for links; null for no links
 * @param words gives the label of a kind
 */
public record MessageFormatter(@Nullable URI page, UnaryOperator<String> words) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Writes one JSON value. */
  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  static String json(Writing writing) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writing.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** What has happened, in words. */
  String what(AlertSubject subject) {
    return subject.what() == null ? words.apply(subject.kind()) : subject.what();
  }

  /** Where a person goes on: the visit, else the day, else the list of the location. */
  @Nullable String link(AlertSubject subject) {
    if (page == null) {
      return null;
    }
    Discrepancy found = subject.discrepancy();
    String where;
    if (found == null) {
      where = elsewhere(subject);
    } else if (found.getVisit() != null) {
      where = "visit/" + found.getVisit() + "?tenant=" + encoded(found.getTenant());
    } else {
      where = place(subject);
    }
    return address(where);
  }

  /** The same for all of a location and day. */
  @Nullable String linkToPlace(AlertSubject subject) {
    return page == null
        ? null
        : address(subject.discrepancy() == null ? elsewhere(subject) : place(subject));
  }

  private static String elsewhere(AlertSubject subject) {
    if (subject.isInsight()) {
      return "today?tenant=" + encoded(subject.tenant());
    }
    return subject.isOfAFile() ? "files?tenant=" + encoded(subject.tenant()) : "today";
  }

  private String address(String where) {
    String base = String.valueOf(page);
    return base + (base.endsWith("/") ? "" : "/") + "#/" + where;
  }

  private static String place(AlertSubject subject) {
    String asked =
        "tenant=" + encoded(subject.tenant()) + "&location=" + encoded(subject.location());
    return subject.date() == null
        ? "work?" + asked
        : "period?" + asked + "&granularity=DAY&from=" + subject.date();
  }

  private static String encoded(@Nullable String text) {
    return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8);
  }

  /** The body of a webhook's message. */
  String message(PendingMessage pending) {
    return json(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", type(pending));
          json.writeStringField("timestamp", moment(pending).toString());
          json.writeObjectFieldStart("data");
          writeData(json, pending);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static String type(PendingMessage pending) {
    AlertSubject subject = pending.subject();
    String about =
        subject.discrepancy() != null
            ? "discrepancy."
            : subject.isOfAFile() ? "file." : subject.isInsight() ? "insight." : "checking.";
    return about + pending.transition().word();
  }

  private static Instant moment(PendingMessage pending) {
    AlertSubject subject = pending.subject();
    Instant resolved = subject.resolvedAt();
    return switch (pending.transition()) {
      case OPENED -> subject.openedAt();
      case CHANGED -> subject.seenAt();
      case RESOLVED -> resolved == null ? subject.seenAt() : resolved;
    };
  }

  private void writeData(JsonGenerator json, PendingMessage pending) throws IOException {
    AlertSubject subject = pending.subject();
    Discrepancy found = subject.discrepancy();
    put(json, "id", subject.id());
    put(json, "tenant", subject.tenant());
    put(json, "level", found == null ? null : found.getLevel());
    put(json, "kind", subject.kind());
    put(json, "severity", subject.severity());
    put(json, "location", subject.location());
    put(json, "date", subject.date());
    put(json, "difference", found == null ? null : found.getDifference());
    put(json, "visit", found == null ? null : found.getVisit());
    put(json, "dateOfService", found == null ? null : found.getDateOfService());
    put(json, "providerId", found == null ? null : found.getProviderId());
    put(json, "units", found == null ? null : found.getUnits());
    put(json, "amountCents", found == null ? null : found.getAmountCents());
    put(json, "fileBy", found == null ? null : found.getFileBy());
    put(json, "what", what(subject));
    put(json, "action", subject.action());
    put(json, "openedAt", subject.openedAt());
    put(
        json,
        "resolvedAt",
        pending.transition() == Transition.RESOLVED ? subject.resolvedAt() : null);
    put(json, "link", link(subject));
  }

  /**
   * Writes an alert of Alertmanager's.
   *
   * @param ends when it ends by itself unless it is said again
   */
  void writeAlert(JsonGenerator json, AlertGroups.Alert alert, Instant ends) throws IOException {
    AlertSubject first = alert.first();
    Instant ended = alert.endedAt();
    String link = linkToPlace(first);
    json.writeStartObject();
    json.writeObjectFieldStart("labels");
    for (Map.Entry<String, String> label : alert.labels().entrySet()) {
      if (!label.getValue().isEmpty()) {
        json.writeStringField(label.getKey(), label.getValue());
      }
    }
    json.writeEndObject();
    json.writeObjectFieldStart("annotations");
    json.writeStringField("summary", summary(alert));
    json.writeStringField("since", PlainTime.utc(first.openedAt()));
    json.writeStringField("count", String.valueOf(alert.count()));
    json.writeStringField("difference", String.valueOf(alert.difference()));
    String amount = amount(alert);
    if (amount != null) {
      json.writeStringField("amount", amount);
    }
    if (alert.fileBy() != null) {
      json.writeStringField("fileBy", alert.fileBy().toString());
    }
    json.writeStringField("action", first.action());
    if (link != null) {
      json.writeStringField("link", link);
    }
    json.writeEndObject();
    json.writeStringField("startsAt", started(first.openedAt(), ended).toString());
    json.writeStringField("endsAt", (ended == null ? ends : ended).toString());
    if (link != null) {
      json.writeStringField("generatorURL", link);
    }
    json.writeEndObject();
  }

  /** What is known of the amounts, and of how many visits nothing is; null without amounts. */
  private static @Nullable String amount(AlertGroups.Alert alert) {
    if (alert.unpriced() == 0) {
      return alert.cents() == 0 ? null : Words.dollars(alert.cents());
    }
    return (alert.cents() == 0 ? "" : Words.dollars(alert.cents()) + "; ")
        + Words.count(alert.unpriced(), "visit", "visits")
        + " without a price";
  }

  /** An Alertmanager refuses what ends before it starts. */
  private static Instant started(Instant opened, @Nullable Instant ended) {
    return ended != null && ended.isBefore(opened) ? ended : opened;
  }

  private String summary(AlertGroups.Alert alert) {
    AlertSubject first = alert.first();
    if (first.isOfAFile() && alert.count() > 1) {
      return what(first) + ", and " + (alert.count() - 1) + " more";
    } else if (first.discrepancy() == null) {
      return what(first);
    }
    return what(first)
        + (alert.count() > 1 ? " (" + alert.count() + ")" : "")
        + ", "
        + first.location()
        + (first.date() == null ? "" : ", " + first.date());
  }

  private static void put(JsonGenerator json, String name, @Nullable Object value)
      throws IOException {
    json.writeFieldName(name);
    JsonText.writeValue(json, value);
  }
}
