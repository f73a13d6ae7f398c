package org.visitbalance.query.lists;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.Sql;

/**
 * Where a page ends: the values that its last row is ordered by. It stays good whatever rows come
 * or go meanwhile, and the next pages are divided by the day that divided the first one, whatever
 * day it is by then.
 *
 * @param part which part of the list the row is in
 * @param until the day that divides the parts; null where there is one part
 */
record Cursor(int part, @Nullable LocalDate until, List<Object> values) {
  private static final String FIELD = "cursor";
  private static final int PLACE = 3;
  private static final LocalDate FIRST = LocalDate.of(1600, 1, 1);
  private static final LocalDate LAST = LocalDate.of(2300, 1, 1);
  private static final String WANTED =
      "must be the 'next' value of a page of this list, with the same filters and order";

  /** The text of a place in an order. */
  static String of(String sort, int part, @Nullable LocalDate until, List<Object> values) {
    List<Object> all = new ArrayList<>();
    all.add(until == null ? sort : String.join("/", sort, String.valueOf(part), until.toString()));
    values.forEach(value -> all.add(value.toString()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(JsonValues.bytes(all));
  }

  /** The place that a text names in an order of a list. */
  static Cursor read(String cursor, String sort, Listing listing) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor.getBytes(UTF_8));
      JsonNode all = JsonValues.mapper().readTree(bytes);
      if (all == null || !all.isArray() || all.isEmpty()) {
        throw Problem.unusable(FIELD, WANTED);
      }
      String[] place = all.get(0).asText().split("/", -1);
      boolean isDivided = listing.isDivided(sort);
      if (!place[0].equals(sort) || place.length != (isDivided ? PLACE : 1)) {
        throw Problem.unusable(FIELD, WANTED);
      }
      LocalDate until = isDivided ? Params.day(FIELD, place[2]) : null;
      List<Listing.Part> parts = listing.parts(sort, until);
      int part = isDivided ? Integer.parseInt(place[1]) : 0;
      if (part < 0 || part >= parts.size() || all.size() != parts.get(part).orders().size() + 1) {
        throw Problem.unusable(FIELD, WANTED);
      }
      List<Order> orders = parts.get(part).orders();
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < orders.size(); i++) {
        values.add(value(all.get(i + 1), orders.get(i).type()));
      }
      return new Cursor(part, until, values);
    } catch (IllegalArgumentException | IOException | DateTimeException e) {
      throw Problem.unusable(FIELD, WANTED);
    }
  }

  private static Object value(JsonNode node, Column.Type type) {
    String text = node.asText();
    return switch (type) {
      case WHOLE -> Long.valueOf(text);
      case TRUTH -> Boolean.valueOf(text);
      case DAY -> LocalDate.parse(text);
      case MOMENT -> OffsetDateTime.parse(text);
      case TEXT, JSON -> {
        if (!Params.isText(text)) {
          throw Problem.unusable(FIELD, WANTED);
        }
        yield text;
      }
    };
  }

  /**
   * Goes on with a condition that every row meets: of several indexes that begin with the same
   * columns, a database takes the one that has the condition's column next.
   */
  static void all(Sql sql, Order first) {
    sql.add(" and " + first.sql() + (first.down() ? " <= ?" : " >= ?"), bound(first));
  }

  private static Object bound(Order first) {
    return switch (first.type()) {
      case WHOLE -> first.down() ? Long.MAX_VALUE : Long.MIN_VALUE;
      case TRUTH -> first.down();
      case DAY -> first.down() ? LAST : FIRST;
      case MOMENT -> (first.down() ? LAST : FIRST).atStartOfDay().atOffset(ZoneOffset.UTC);
      case TEXT, JSON -> {
        if (first.down()) {
          throw new IllegalStateException("no text is the last one: " + first.sql());
        }
        yield "";
      }
    };
  }

  /**
   * Goes on with the condition that a row comes after the cursor. That it is not before it in the
   * first step lets an index begin there.
   */
  static void after(Sql sql, List<Order> orders, List<Object> values) {
    Order first = orders.get(0);
    sql.add(" and " + first.sql() + (first.down() ? " <= ?" : " >= ?"), values.get(0));
    sql.add(" and (");
    for (int i = 0; i < orders.size(); i++) {
      sql.add(i == 0 ? "(" : " or (");
      for (int j = 0; j < i; j++) {
        sql.add(orders.get(j).sql() + " = ? and ", values.get(j));
      }
      sql.add(orders.get(i).sql() + (orders.get(i).down() ? " < ?)" : " > ?)"), values.get(i));
    }
    sql.add(")");
  }
}
