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
import org.visitbalance.platform.JsonText;

/**
 * What is said to the outside, in words and as JSON. It has what the discrepancies have: of a visit
 * its token, and nothing of a patient.
 *
 * @param page where the page is, to which links lead; null: there are none
 * @param words what a kind means
 */
public record Telling(@Nullable URI page, UnaryOperator<String> words) {
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
  String what(Matter matter) {
    return matter.what() == null ? words.apply(matter.kind()) : matter.what();
  }

  /** Where a person goes on: the visit, else the day, else the list of the location. */
  @Nullable String link(Matter matter) {
    if (page == null) {
      return null;
    }
    Discrepancy found = matter.discrepancy();
    String where;
    if (found == null) {
      where = "today";
    } else if (found.getVisit() != null) {
      where = "visit/" + found.getVisit() + "?tenant=" + encoded(found.getTenant());
    } else {
      where = place(matter);
    }
    return address(where);
  }

  /** The same for all of a location and day. */
  @Nullable String linkToPlace(Matter matter) {
    return page == null ? null : address(matter.discrepancy() == null ? "today" : place(matter));
  }

  private String address(String where) {
    String base = String.valueOf(page);
    return base + (base.endsWith("/") ? "" : "/") + "#/" + where;
  }

  private static String place(Matter matter) {
    String asked = "tenant=" + encoded(matter.tenant()) + "&location=" + encoded(matter.location());
    return matter.date() == null
        ? "work?" + asked
        : "period?" + asked + "&granularity=DAY&from=" + matter.date();
  }

  private static String encoded(@Nullable String text) {
    return URLEncoder.encode(String.valueOf(text), StandardCharsets.UTF_8);
  }

  /** The body of a webhook's message. */
  String message(Due due) {
    return json(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", type(due));
          json.writeStringField("timestamp", moment(due).toString());
          json.writeObjectFieldStart("data");
          writeData(json, due);
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  private static String type(Due due) {
    String about = due.matter().discrepancy() == null ? "checking." : "discrepancy.";
    return about + due.transition().word();
  }

  private static Instant moment(Due due) {
    Matter matter = due.matter();
    Instant resolved = matter.resolvedAt();
    return switch (due.transition()) {
      case OPENED -> matter.openedAt();
      case CHANGED -> matter.seenAt();
      case RESOLVED -> resolved == null ? matter.seenAt() : resolved;
    };
  }

  private void writeData(JsonGenerator json, Due due) throws IOException {
    Matter matter = due.matter();
    Discrepancy found = matter.discrepancy();
    put(json, "id", matter.id());
    put(json, "tenant", matter.tenant());
    put(json, "level", found == null ? null : found.getLevel());
    put(json, "kind", matter.kind());
    put(json, "severity", matter.severity());
    put(json, "location", matter.location());
    put(json, "date", matter.date());
    put(json, "difference", found == null ? null : found.getDifference());
    put(json, "visit", found == null ? null : found.getVisit());
    put(json, "dateOfService", found == null ? null : found.getDateOfService());
    put(json, "providerId", found == null ? null : found.getProviderId());
    put(json, "units", found == null ? null : found.getUnits());
    put(json, "amountCents", found == null ? null : found.getAmountCents());
    put(json, "fileBy", found == null ? null : found.getFileBy());
    put(json, "what", what(matter));
    put(json, "action", matter.action());
    put(json, "openedAt", matter.openedAt());
    put(json, "resolvedAt", due.transition() == Transition.RESOLVED ? matter.resolvedAt() : null);
    put(json, "link", link(matter));
  }

  /**
   * Writes an alert of Alertmanager's.
   *
   * @param ends when it ends by itself unless it is said again
   */
  void writeAlert(JsonGenerator json, AlertGroups.Alert alert, Instant ends) throws IOException {
    Matter first = alert.first();
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
    json.writeStringField("since", first.openedAt().toString());
    json.writeStringField("count", String.valueOf(alert.count()));
    json.writeStringField("difference", String.valueOf(alert.difference()));
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

  /** An Alertmanager refuses what ends before it starts. */
  private static Instant started(Instant opened, @Nullable Instant ended) {
    return ended != null && ended.isBefore(opened) ? ended : opened;
  }

  private String summary(AlertGroups.Alert alert) {
    Matter first = alert.first();
    if (first.discrepancy() == null) {
      return what(first);
    }
    return (alert.count() > 1 ? alert.count() + " x " : "")
        + what(first)
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
