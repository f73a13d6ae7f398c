package org.visitbalance.query.lists;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/**
 * How the settings call locations, payers and therapists (rules.md#settings). Of a location that
 * several rows of the mapping lead to, the first name and the first group count.
 */
public final class NamesRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");

  private final Jdbi jdbi;

  public NamesRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public void answer(RequestContext call) {
    JsonNode settings = settings(call);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("locations", locations(settings.path(OwnSettings.LOCATIONS)));
    body.put("payers", names(settings.path("payerNames")));
    body.put("therapists", names(settings.path(OwnSettings.THERAPIST_NAMES)));
    call.answerFresh(body);
  }

  private JsonNode settings(RequestContext call) {
    return jdbi.withHandle(
        handle ->
            new Sql(call.scope())
                .add("select settings from settings_version where tenant = ?", call.tenant())
                .add(" order by at desc, version desc, record_key desc limit 1")
                .on(handle)
                .mapTo(String.class)
                .findOne()
                .map(document -> OwnSettings.read(document, call))
                .orElseGet(MissingNode::getInstance));
  }

  private static Map<String, Map<String, @Nullable String>> locations(JsonNode rows) {
    Map<String, Map<String, @Nullable String>> locations = new TreeMap<>();
    for (JsonNode row : rows) {
      Map<String, @Nullable String> one =
          locations.computeIfAbsent(
              row.path(OwnSettings.LOCATION).asText(), any -> new LinkedHashMap<>());
      for (String field : new String[] {"name", "group"}) {
        one.merge(
            field, row.path(field).asText(""), (first, next) -> first.isEmpty() ? next : first);
      }
    }
    locations.values().forEach(one -> one.replaceAll((field, text) -> orNull(text)));
    return locations;
  }

  private static @Nullable String orNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static Map<String, String> names(JsonNode map) {
    Map<String, String> names = new TreeMap<>();
    map.properties().forEach(name -> names.put(name.getKey(), name.getValue().asText()));
    return names;
  }
}
