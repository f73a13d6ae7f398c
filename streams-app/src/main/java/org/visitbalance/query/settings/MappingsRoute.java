package org.visitbalance.query.settings;

import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import com.fasterxml.jackson.databind.util.RawValue;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessAction;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.query.commands.RevealRoute;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;
import org.visitbalance.settings.MappingDocument;

/** How a company's files are read: the mapping in force, its versions, and another in its place. */
public final class MappingsRoute {
  public static final Set<String> PARAMS = Set.of("tenant");
  public static final Set<String> SHOW_PARAMS = Set.of("tenant", "version");
  public static final Set<String> REPLACE_PARAMS = Set.of("tenant", "why");
  private static final String MAPPING = "mapping";
  private static final int MOST_VERSIONS = 200;

  private static final List<Column> HISTORY =
      List.of(
          new Column("version", "version", WHOLE, ""),
          new Column("at", "at", MOMENT, ""),
          new Column("who", "who", TEXT, ""),
          new Column("why", "why", TEXT, ""));

  private static final List<Column> COLUMNS =
      Stream.concat(HISTORY.stream(), Stream.of(new Column(MAPPING, MAPPING, TEXT, ""))).toList();

  private final Jdbi jdbi;
  private final CommandPort commands;
  private final InstantSource time;

  /** The versions that were sent from here and are not in the tables yet, by company. */
  private final Map<String, Sent> sent = new HashMap<>();

  private record Sent(long version, String text) {}

  public MappingsRoute(Jdbi jdbi, CommandPort commands, InstantSource time) {
    this.jdbi = jdbi;
    this.commands = commands;
    this.time = time;
  }

  /** Shows the mapping in force, or an earlier version. */
  public void show(RequestContext call) {
    Integer wanted = call.params().whole("version", 0, 999_999_999);
    Map<String, @Nullable Object> row =
        wanted == null ? current(call) : version(call, wanted).orElseThrow(MappingsRoute::unknown);
    call.http().header("ETag", "\"" + row.get("version") + "\"");
    call.answerFresh(shown(row, call));
  }

  /** Lists the versions, the newest first. */
  public void history(RequestContext call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put(
        "rows",
        jdbi.withHandle(
            handle ->
                Sql.select(call.scope(), HISTORY)
                    .add(" from mapping_version where tenant = ?", call.tenant())
                    .add(" order by at desc, version desc, record_key desc limit ?", MOST_VERSIONS)
                    .rows(handle, HISTORY)
                    .list()));
    call.answer(body);
  }

  /** Puts another mapping in the place of the one in force. */
  public void replace(RequestContext call) {
    String why = SettingsRoute.reason("why", call.params().text("why"));
    store(call, checked(call, SettingsRoute.text(call)), why, false);
  }

  /** Puts an earlier mapping in force again, as a new version, unless it is in force already. */
  public void revert(RequestContext call) {
    Reversion wish = Reversion.of(call, "mapping");
    Map<String, @Nullable Object> old =
        version(call, wish.version()).orElseThrow(MappingsRoute::unknown);
    String text = String.valueOf(Objects.requireNonNull(old.get(MAPPING)));
    store(call, checked(call, text), wish.why(), true);
  }

  private static Problem unknown() {
    return Problem.unknown(
        "The mapping has no version with this number. GET /api/v1/mappings/history lists them.");
  }

  /**
   * Stores a mapping if nobody has stored another one since the caller read it. One at a time:
   * whoever comes second is told of the first.
   *
   * @param ifOther whether nothing is stored if the one in force is the same
   */
  private synchronized void store(
      RequestContext call, String text, @Nullable String why, boolean ifOther) {
    // In this order: between the two, the tables may receive what was sent.
    Sent own = waiting(call);
    Map<String, @Nullable Object> current =
        own == null ? current(call) : Map.of("version", own.version, MAPPING, own.text);
    Object newest = current.get("version");
    if (!call.isMatch(newest)) {
      throw Problem.of(
          412,
          "Precondition failed",
          "Somebody has changed the mapping since you read it: it is now version "
              + newest
              + ". Nothing was saved. Read it again, then make your change.");
    }
    if (ifOther && isSame(call, text, current)) {
      answer(call, Objects.requireNonNull(newest), text);
      return;
    }
    AccessEntry entry =
        AccessEntry.newBuilder(RevealRoute.entry(call, AccessAction.REPLACE_MAPPING, null, time))
            .setNote(why)
            .build();
    long version = commands.replace(new MappingDocument(call.tenant(), text), entry);
    sent.put(call.tenant(), new Sent(version, text));
    answer(call, version, text);
  }

  /** Whoever wrote the one in force may not have checked it. */
  private boolean isSame(RequestContext call, String text, Map<String, @Nullable Object> current) {
    try {
      return commands
          .mapping(String.valueOf(Objects.requireNonNull(current.get(MAPPING))), call.tenant())
          .equals(text);
    } catch (CommandPort.Unusable e) {
      return false;
    }
  }

  private static void answer(RequestContext call, Object version, String text) {
    call.http().status(202).header("ETag", "\"" + version + "\"");
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("version", version);
    body.put(MAPPING, new RawValue(text));
    call.answer(body);
  }

  private String checked(RequestContext call, String text) {
    try {
      return commands.mapping(text, call.tenant());
    } catch (CommandPort.Unusable e) {
      throw Problem.of(e);
    }
  }

  /** Returns the version that was sent from here and is not in the tables yet; null: none. */
  private @Nullable Sent waiting(RequestContext call) {
    Sent own = sent.get(call.tenant());
    if (own != null && version(call, own.version).isPresent()) {
      sent.remove(call.tenant());
      return null;
    }
    return own;
  }

  private Map<String, @Nullable Object> current(RequestContext call) {
    return jdbi.withHandle(
            handle ->
                select(call)
                    .add(" order by at desc, version desc, record_key desc limit 1")
                    .rows(handle, COLUMNS)
                    .findOne())
        .orElseGet(MappingsRoute::none);
  }

  private Optional<Map<String, @Nullable Object>> version(RequestContext call, long version) {
    if (version == 0) {
      return Optional.of(none());
    }
    return jdbi.withHandle(
        handle ->
            select(call)
                .add(" and version = ?", version)
                .add(" order by at desc, record_key desc limit 1")
                .rows(handle, COLUMNS)
                .findOne());
  }

  private static Sql select(RequestContext call) {
    return Sql.select(call.scope(), COLUMNS)
        .add(" from mapping_version where tenant = ?", call.tenant());
  }

  private static Map<String, @Nullable Object> none() {
    Map<String, @Nullable Object> none = new LinkedHashMap<>();
    none.put("version", 0L);
    none.put("at", null);
    none.put("who", null);
    none.put("why", null);
    none.put(MAPPING, "");
    return none;
  }

  /** Shows the mapping as JSON; one that another program wrote, and cannot be used, as its text. */
  private Map<String, @Nullable Object> shown(
      Map<String, @Nullable Object> row, RequestContext call) {
    String text = String.valueOf(Objects.requireNonNull(row.get(MAPPING)));
    try {
      row.put(MAPPING, new RawValue(commands.mapping(text, call.tenant())));
    } catch (CommandPort.Unusable e) {
      row.put(MAPPING, text);
    }
    return row;
  }
}
