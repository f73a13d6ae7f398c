package org.visitbalance.query.lists;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
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
 * or go meanwhile.
 */
final class Cursor {
  private static final String FIELD = "cursor";
  private static final String WANTED =
      "must be the 'next' value of a page of this list, with the same filters and order";

  private Cursor() {}

  static String of(String sort, List<Object> values) {
    List<Object> all = new ArrayList<>();
    all.add(sort);
    values.forEach(value -> all.add(value.toString()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(JsonValues.bytes(all));
  }

  /** The values of a cursor, or null where there is none. */
  static @Nullable List<Object> values(@Nullable String cursor, String sort, List<Order> orders) {
    if (cursor == null) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(cursor.getBytes(UTF_8));
      JsonNode all = JsonValues.mapper().readTree(bytes);
      if (all == null
          || !all.isArray()
          || all.size() != orders.size() + 1
          || !all.get(0).asText().equals(sort)) {
        throw Problem.unusable(FIELD, WANTED);
      }
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < orders.size(); i++) {
        values.add(value(all.get(i + 1), orders.get(i).type()));
      }
      return values;
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

  /** Goes on with the condition that a row comes after the cursor. */
  static void after(Sql sql, List<Order> orders, List<Object> values) {
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
