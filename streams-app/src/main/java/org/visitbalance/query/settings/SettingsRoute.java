package org.visitbalance.query.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.query.commands.RevealRoute;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.settings.Settings;

/** A company's settings: the document in force, another in its place, and an earlier one again. */
public final class SettingsRoute {
  public static final Set<String> PARAMS = Set.of("tenant");
  public static final Set<String> REPLACE_PARAMS = Set.of("tenant", "why");
  public static final Set<String> DIFFERENCE_PARAMS = Set.of("tenant", "from", "to");
  private static final int LONGEST = 1 << 20;
  private static final int LONGEST_REASON = 500;

  private final SettingsVersions versions;
  private final CommandPort commands;
  private final InstantSource time;

  /** The versions that were sent from here and are not in the tables yet, by company. */
  private final Map<String, Long> sent = new HashMap<>();

  public SettingsRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.versions = new SettingsVersions(jdbi);
    this.commands = commands;
    this.time = time;
  }

  public void show(RequestContext call) {
    Map<String, @Nullable Object> current = versions.current(call);
    SettingsVersions.narrow(current, call);
    call.http().header("ETag", tag(current));
    call.answerFresh(current);
  }

  private static String tag(Map<String, @Nullable Object> row) {
    return "\"" + row.get("version") + "\"";
  }

  /** Tells two versions apart in words. */
  public void difference(RequestContext call) {
    Map<String, @Nullable Object> to = asked(call, "to", versions.current(call));
    Map<String, @Nullable Object> from = asked(call, "from", null);
    SettingsVersions.narrow(from, call);
    SettingsVersions.narrow(to, call);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("from", from.get("version"));
    body.put("to", to.get("version"));
    body.put("changes", bodies(SettingsVersions.document(from), SettingsVersions.document(to)));
    call.answer(body);
  }

  private Map<String, @Nullable Object> asked(
      RequestContext call, String name, @Nullable Map<String, @Nullable Object> otherwise) {
    Integer version = call.params().whole(name, 0, 999_999_999);
    if (version != null) {
      return versions.version(call, (long) version).orElseThrow(SettingsRoute::unknown);
    } else if (otherwise != null) {
      return otherwise;
    }
    throw Problem.unusable(name, "is required and must be a version of the settings");
  }

  private static Problem unknown() {
    return Problem.unknown(
        "The settings have no version with this number. GET /api/v1/settings/history lists them.");
  }

  private static List<Map<String, @Nullable Object>> bodies(JsonNode before, JsonNode after) {
    return SettingsChanges.between(before, after).stream()
        .map(SettingsChanges.Change::body)
        .toList();
  }

  /** Checks a document like one that is to be stored, says what it would change, and ends there. */
  public void check(RequestContext call) {
    CommandPort.Document document = document(call, commands);
    Map<String, @Nullable Object> current = versions.current(call);
    call.answer(body(document, SettingsVersions.document(current), current.get("version")));
  }

  private static Map<String, @Nullable Object> body(
      CommandPort.Document document, JsonNode before, @Nullable Object version) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("settings", SettingsVersions.json(document.settings()));
    body.put("warnings", document.warnings());
    body.put("version", version);
    body.put("changes", bodies(before, SettingsVersions.document(document.settings())));
    return body;
  }

  public void replace(RequestContext call) {
    String why = reason("why", call.params().text("why"));
    store(call, document(call, commands), why);
  }

  /** Puts an earlier document in force again, as a new version. */
  public void revert(RequestContext call) {
    Reversion wish = Reversion.of(call, "settings");
    Map<String, @Nullable Object> old =
        versions.version(call, wish.version()).orElseThrow(SettingsRoute::unknown);
    String text = SettingsVersions.document(old).toString();
    store(call, document(text, call, commands), wish.why());
  }

  static @Nullable String reason(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    } else if (text.length() > LONGEST_REASON) {
      throw Problem.unusable(name, "can have at most " + LONGEST_REASON + " characters");
    } else if (!Params.isText(text)) {
      throw Problem.unusable(name, "contains invalid characters");
    }
    return text.strip();
  }

  /**
   * Stores a document if nobody has stored another one since the caller read the settings. One at a
   * time: whoever comes second is told of the first.
   */
  private synchronized void store(
      RequestContext call, CommandPort.Document document, @Nullable String why) {
    // In this order: between the two, the tables may receive what was sent.
    Long own = waiting(call);
    Map<String, @Nullable Object> current = versions.current(call);
    requireUnchanged(call, own == null ? current.get("version") : own);
    AccessEntry entry =
        AccessEntry.newBuilder(RevealRoute.entry(call, AccessAction.REPLACE_SETTINGS, null, time))
            .setNote(why)
            .build();
    long version = commands.replace(document.settings(), entry);
    sent.put(call.tenant(), version);
    call.http().status(202).header("ETag", "\"" + version + "\"");
    call.answer(body(document, SettingsVersions.document(current), version));
  }

  /** Returns the version that was sent from here and is not in the tables yet; null: none. */
  private @Nullable Long waiting(RequestContext call) {
    Long own = sent.get(call.tenant());
    if (own != null && versions.version(call, own).isPresent()) {
      sent.remove(call.tenant());
      return null;
    }
    return own;
  }

  private static void requireUnchanged(RequestContext call, @Nullable Object newest) {
    if (!call.isMatch(newest)) {
      throw Problem.of(
          412,
          "Precondition failed",
          "Somebody has changed the settings since you read them: they are now version "
              + newest
              + ". Nothing was saved. Read them again, then make your change.");
    }
  }

  /** Returns the document in a request's body. */
  static CommandPort.Document document(RequestContext call, CommandPort commands) {
    return document(text(call), call, commands);
  }

  private static CommandPort.Document document(
      String text, RequestContext call, CommandPort commands) {
    CommandPort.Document document;
    try {
      document = commands.document(text, call.tenant());
    } catch (CommandPort.Unusable e) {
      throw Problem.of(e);
    }
    Settings settings = document.settings();
    if (!settings.getTenant().equals(call.tenant())) {
      throw Problem.of(
          422,
          "Unprocessable content",
          "The document's tenant is not the tenant of the request. Correct or remove 'tenant' in"
              + " the document.");
    }
    return document;
  }

  static String text(RequestContext call) {
    byte[] bytes = call.body();
    if (bytes.length > LONGEST) {
      throw Problem.of(413, "Content too large", "The document can be at most 1 MiB.");
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw Problem.of(
          422, "Unprocessable content", "The document is not UTF-8. Save it as UTF-8.");
    }
  }
}
