package org.visitbalance.query.settings;

import static org.visitbalance.query.model.Column.Type.JSON;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.lists.Listing;
import org.visitbalance.query.lists.Lists;
import org.visitbalance.query.lists.OwnSettings;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.JsonText;

/** All versions of a company's settings, as a caller may see them. */
public final class SettingsVersions {
  private static final String SETTINGS = "settings";
  private static final String CHANGES = "changes";
  private static final String WHY = "why";

  /** The list of all versions, each with what it changed. */
  public static final Listing HISTORY = Lists.SETTINGS_HISTORY.finished(SettingsVersions::finish);

  private static final List<Column> COLUMNS =
      List.of(
          new Column("version", "version", WHOLE, ""),
          new Column("at", "at", MOMENT, ""),
          new Column("who", "who", TEXT, ""),
          new Column(WHY, WHY, TEXT, ""),
          new Column(SETTINGS, SETTINGS, JSON, ""));

  private final Jdbi jdbi;

  SettingsVersions(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Returns the version in force; version 0 has the defaults. */
  Map<String, @Nullable Object> current(RequestContext call) {
    return jdbi.withHandle(
            handle ->
                Sql.select(call.scope(), COLUMNS)
                    .add(" from settings_version where tenant = ?", call.tenant())
                    .add(" order by at desc, version desc, record_key desc limit 1")
                    .rows(handle, COLUMNS)
                    .findOne())
        .orElseGet(() -> none(call.tenant()));
  }

  /** Returns a version, if there is one with this number. */
  Optional<Map<String, @Nullable Object>> version(RequestContext call, long version) {
    if (version == 0) {
      return Optional.of(none(call.tenant()));
    }
    return jdbi.withHandle(
        handle ->
            Sql.select(call.scope(), COLUMNS)
                .add(" from settings_version where tenant = ?", call.tenant())
                .add(" and version = ?", version)
                .add(" order by at desc, record_key desc limit 1")
                .rows(handle, COLUMNS)
                .findOne());
  }

  private static Map<String, @Nullable Object> none(String tenant) {
    Map<String, @Nullable Object> none = new LinkedHashMap<>();
    none.put("version", 0L);
    none.put("at", null);
    none.put("who", null);
    none.put(WHY, null);
    none.put(SETTINGS, json(Settings.newBuilder().setTenant(tenant).build()));
    return none;
  }

  /** Hides from a row what is of other locations than the caller's. */
  static void narrow(Map<String, @Nullable Object> row, RequestContext call) {
    OwnSettings.narrow(row, call);
    if (call.scope().isLimited()) {
      row.put(WHY, null);
    }
  }

  /** Says in words what a version changed; the changes are the document before it until then. */
  private static void finish(Map<String, @Nullable Object> row, RequestContext call) {
    Map<String, @Nullable Object> before = none(call.tenant());
    if (row.get(CHANGES) instanceof String document) {
      before.put(SETTINGS, new RawValue(document));
    }
    narrow(before, call);
    narrow(row, call);
    row.put(
        CHANGES,
        new Texts(
            SettingsChanges.between(document(before), document(row)).stream()
                .map(SettingsChanges.Change::says)
                .toList()));
  }

  /** A list that is an array in JSON, and one text in a table. */
  private static final class Texts extends AbstractList<String> {
    private final List<String> texts;

    Texts(List<String> texts) {
      this.texts = texts;
    }

    @Override
    public String get(int index) {
      return texts.get(index);
    }

    @Override
    public int size() {
      return texts.size();
    }

    @Override
    public String toString() {
      return String.join("; ", texts);
    }
  }

  /** Returns the document of a row. */
  static JsonNode document(Map<String, @Nullable Object> row) {
    return document(
        String.valueOf(((RawValue) Objects.requireNonNull(row.get(SETTINGS))).rawValue()));
  }

  static JsonNode document(Settings settings) {
    return document(String.valueOf(json(settings).rawValue()));
  }

  private static JsonNode document(String json) {
    try {
      return JsonValues.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RawValue json(Settings settings) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      JsonText.write(json, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new RawValue(text.toString());
  }
}
