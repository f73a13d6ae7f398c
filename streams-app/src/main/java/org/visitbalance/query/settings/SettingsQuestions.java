package org.visitbalance.query.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.Sql;

/** What the settings do not say although the data needs it. */
public final class SettingsQuestions implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final int MOST = 500;
  private static final String CLINIC = "clinicId";
  private static final String CODE = "posCode";

  private static final List<Column> CLINICS =
      List.of(
          new Column("s.site", CLINIC, Column.Type.TEXT, ""),
          new Column("s.pos_code", CODE, Column.Type.TEXT, ""));

  private final Jdbi jdbi;
  private final SettingsVersions versions;

  public SettingsQuestions(Jdbi jdbi) {
    this.jdbi = jdbi;
    this.versions = new SettingsVersions(jdbi);
  }

  @Override
  public void answer(RequestContext call) {
    Map<String, @Nullable Object> current = versions.current(call);
    JsonNode document = SettingsVersions.document(current);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("version", current.get("version"));
    body.put("zone", document.path("zone").textValue());
    jdbi.useTransaction(
        handle -> {
          List<String> locations = locations(handle, call);
          body.put("clinics", asked(clinics(handle, call), document.path("locations"), locations));
          body.put("locations", locations);
        });
    call.answerFresh(body);
  }

  private static List<String> locations(Handle handle, RequestContext call) {
    return new Sql(call.scope())
        .add("select site from site where source = 'BILLING' and tenant = ?", call.tenant())
        .add(" order by site limit " + MOST)
        .on(handle)
        .mapTo(String.class)
        .list();
  }

  /** The clinics that visits and notes are at now: what was corrected since is not asked. */
  private static List<Map<String, @Nullable Object>> clinics(Handle handle, RequestContext call) {
    return Sql.select(call.scope(), CLINICS)
        .add(" from site s where s.source = 'EMR' and s.tenant = ?", call.tenant())
        .add(" and exists (select 1 from {balance b} where b.tenant = ?", call.tenant())
        .add(" and b.granularity = 'DAY' and b.location in")
        .add(" (s.site, 'UNMAPPED:' || s.site || ':' || s.pos_code))")
        .add(" order by s.site, s.pos_code limit " + MOST)
        .rows(handle, CLINICS)
        .list();
  }

  /**
   * Returns the clinics whose location is not known. Without any row, a clinic is a location of its
   * own; whether that is right shows when billing's locations have come, and then all are asked,
   * because one row more turns the others into clinics without one.
   */
  private static List<Map<String, @Nullable Object>> asked(
      List<Map<String, @Nullable Object>> clinics, JsonNode rows, List<String> locations) {
    if (rows.isEmpty()) {
      boolean isRight =
          locations.isEmpty()
              || clinics.stream().allMatch(one -> locations.contains(text(one, CLINIC)));
      return isRight ? List.of() : clinics;
    }
    List<Map<String, @Nullable Object>> asked = new ArrayList<>();
    for (Map<String, @Nullable Object> one : clinics) {
      boolean isKnown = false;
      for (JsonNode row : rows) {
        isKnown |=
            row.path(CLINIC).asText().equals(text(one, CLINIC))
                && (row.path(CODE).isNull() || row.path(CODE).asText().equals(text(one, CODE)));
      }
      if (!isKnown) {
        asked.add(one);
      }
    }
    return asked;
  }

  private static String text(Map<String, @Nullable Object> row, String name) {
    return String.valueOf(Objects.requireNonNull(row.get(name)));
  }
}
