package org.visitbalance.query.commands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.visitbalance.query.model.Column.Type.JSON;
import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.query.lists.OwnSettings;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.JsonText;

/** A tenant's settings: the document in force, and another in its place. */
public final class SettingsRoute {
  public static final Set<String> PARAMS = Set.of("tenant");
  private static final int LONGEST = 1 << 20;

  private static final List<Column> COLUMNS =
      List.of(
          new Column("version", "version", WHOLE, ""),
          new Column("at", "at", MOMENT, ""),
          new Column("settings", "settings", JSON, ""));

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  public SettingsRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  public void show(RequestContext call) {
    Map<String, @Nullable Object> current = current(call);
    OwnSettings.narrow(current, call);
    call.answerFresh(current);
  }

  private Map<String, @Nullable Object> current(RequestContext call) {
    return jdbi.withHandle(
        handle ->
            Sql.select(call.scope(), COLUMNS)
                .add(" from settings_version where tenant = ?", call.tenant())
                .add(" order by at desc, version desc, record_key desc limit 1")
                .rows(handle, COLUMNS)
                .findOne()
                .orElseGet(() -> none(call.tenant())));
  }

  private static Map<String, @Nullable Object> none(String tenant) {
    Map<String, @Nullable Object> none = new LinkedHashMap<>();
    none.put("version", 0L);
    none.put("at", null);
    none.put("settings", json(Settings.newBuilder().setTenant(tenant).build()));
    return none;
  }

  public void replace(RequestContext call) {
    String text = body(call);
    String match = call.http().header("If-Match");
    String version = "\"" + current(call).get("version") + "\"";
    if (match != null && !match.equals(version) && !match.equals("*")) {
      throw Problem.of(
          412,
          "Precondition failed",
          "The settings have changed and are now version "
              + version
              + ". Read them again, then make your change.");
    }
    CommandPort.Document document;
    try {
      document = commands.document(text, call.tenant());
    } catch (IllegalArgumentException e) {
      throw Problem.of(422, "Unprocessable content", String.valueOf(e.getMessage()));
    }
    Settings settings = document.settings();
    if (!settings.getTenant().equals(call.tenant())) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The document's tenant is not the tenant of the request. Correct or remove 'tenant' in"
              + " the document.");
    }
    commands.replace(settings, RevealRoute.entry(call, AccessAction.REPLACE_SETTINGS, null, time));
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("settings", json(settings));
    body.put("warnings", document.warnings());
    call.http().status(202);
    call.answer(body);
  }

  private static String body(RequestContext call) {
    byte[] bytes = call.body();
    if (bytes.length > LONGEST) {
      throw Problem.of(413, "Content too large", "A settings document can be at most 1 MiB.");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.of(
          422, "Unprocessable content", "The document is not UTF-8. Save it as UTF-8.");
    }
  }

  private static RawValue json(Settings settings) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      JsonText.write(json, settings);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new RawValue(text.toString());
  }
}
