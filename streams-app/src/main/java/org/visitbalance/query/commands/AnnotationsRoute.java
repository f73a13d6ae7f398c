package org.visitbalance.query.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Annotation;
import org.visitbalance.output.Granularity;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.JsonBody;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** A person notes something about a week at a location; it changes no figure. */
public final class AnnotationsRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");

  /** The longest note, in characters. */
  static final int LONGEST = 200;

  private static final int LONGEST_BODY = 10_000;
  private static final int MOST_YEARS = 10;

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  public AnnotationsRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  @Override
  public void answer(RequestContext call) {
    JsonNode body = JsonBody.of(call, LONGEST_BODY, "Annotate one week per request.");
    String location = JsonBody.text(body, "location");
    LocalDate week = week(call, body);
    String note = note(body);
    call.requireLocation(location);
    if (!isKnown(call, location)) {
      throw Problem.unknown("No visit, charge or open note is at this location.");
    }
    Annotation annotation =
        new Annotation(call.tenant(), location, week, note, call.caller().user(), time.instant());
    AccessEntry entry =
        AccessEntry.newBuilder(RevealRoute.entry(call, AccessAction.ANNOTATE_WEEK, null, time))
            .setNote(note.isEmpty() ? null : note)
            .setLocation(location)
            .setFrom(week)
            .build();
    commands.annotate(annotation, entry);
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("location", location);
    answer.put("from", week.toString());
    answer.put("text", note);
    answer.put("notedBy", annotation.getNotedBy());
    answer.put("notedAt", annotation.getNotedAt().toString());
    call.http().status(202);
    call.answer(answer);
  }

  private boolean isKnown(RequestContext call, String location) {
    return jdbi.withHandle(
        handle ->
            new Sql(call.scope())
                .add("select 1 from {balance} where tenant = ?", call.tenant())
                .add(" and location = ? limit 1", location)
                .on(handle)
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
  }

  /** Returns the first day of the week that has a day. */
  private static LocalDate week(RequestContext call, JsonNode body) {
    LocalDate day;
    try {
      day = LocalDate.parse(JsonBody.text(body, "from"));
    } catch (DateTimeParseException e) {
      throw Problem.unusable("from", "must be a date such as 2026-11-02");
    }
    if (day.isAfter(call.today()) || day.isBefore(call.today().minusYears(MOST_YEARS))) {
      throw Problem.unusable("from", "must be in the last " + MOST_YEARS + " years");
    }
    return call.firstDay(Granularity.WEEK, day);
  }

  private static String note(JsonNode body) {
    JsonNode value = body.path("text");
    if (!value.isTextual() || !Params.isText(value.asText())) {
      throw Problem.unusable("text", "is required and must be text; empty removes the note");
    }
    String note = value.asText().strip();
    if (note.length() > LONGEST) {
      throw Problem.unusable("text", "can have at most " + LONGEST + " characters");
    } else if (note.codePoints().anyMatch(Character::isISOControl)) {
      throw Problem.unusable("text", "must be one line");
    }
    return note;
  }
}
