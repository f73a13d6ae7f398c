package org.visitbalance.query.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.query.access.Caller;
import org.visitbalance.settings.Settings;

/** Which tenant a request is about, and what is known of tenants. */
public final class TenantDirectory {
  private record Read(String document, TenantSettings settings) {}

  private final Jdbi jdbi;
  private final @Nullable CommandPort commands;
  private final Map<String, Read> settings = new ConcurrentHashMap<>();

  /** Tenants of which something was known once. */
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /** A directory of those that the tables know. */
  public TenantDirectory(Jdbi jdbi) {
    this(jdbi, null);
  }

  /** A directory that also has those whose files are taken, before they have sent any. */
  public TenantDirectory(Jdbi jdbi, @Nullable CommandPort commands) {
    this.jdbi = jdbi;
    this.commands = commands;
  }

  /** Those of which anything is known. */
  public List<String> all() {
    Set<String> all = new TreeSet<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("select distinct tenant from change_count where tenant <> ''")
                .mapTo(String.class)
                .forEach(all::add));
    FileDoor door = commands == null ? null : commands.files();
    if (door != null) {
      all.addAll(door.tenants());
    }
    return List.copyOf(all);
  }

  /** Those of them that a caller may see. */
  public List<String> known(Caller caller) {
    return all().stream().filter(caller::maySee).toList();
  }

  /** The tenant of a request: the one that is asked for, or the only one it can be. */
  public String of(Caller caller, @Nullable String asked) {
    if (asked != null) {
      if (!caller.maySee(asked)) {
        throw Problem.of(
            403,
            "Forbidden",
            "You do not have access to this tenant. Remove 'tenant', or sign in with access to it.");
      }
      return asked;
    }
    List<String> possible =
        caller.tenants() != null && caller.tenants().size() == 1
            ? List.copyOf(caller.tenants())
            : known(caller);
    if (possible.size() == 1) {
      return possible.get(0);
    } else if (possible.isEmpty()) {
      throw Problem.unknown(
          "No tenant has any data yet. Send facts and try again, or specify 'tenant'.");
    }
    throw Problem.unusable(
        "tenant", "is required because you have access to several; /api/v1/me lists them");
  }

  /**
   * Refuses to answer a caller with all tenants about one of which nothing is known: zeros would
   * look like a balance. The tenants that a token names are taken as they are.
   */
  public void requireKnown(Caller caller, String tenant) {
    if (caller.tenants() == null && !seen.contains(tenant)) {
      seen.addAll(all());
      if (!seen.contains(tenant)) {
        throw Problem.unknown(
            "No tenant of this name has any data yet. Check the name: /api/v1/me lists the tenants"
                + " that have.");
      }
    }
  }

  /**
   * A tenant's settings, as far as they are needed here: how its days and weeks lie, and when days
   * are closed. They are read again when there is another version.
   */
  public TenantSettings settings(String tenant) {
    String document =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "select record_key from settings_version where tenant = ?"
                            + " order by at desc, version desc, record_key desc limit 1")
                    .bind(0, tenant)
                    .mapTo(String.class)
                    .findOne()
                    .orElse(null));
    return settings(tenant, document);
  }

  /** The newest settings document of each tenant that has one, in a single query. */
  public Map<String, String> documents() {
    Map<String, String> documents = new TreeMap<>();
    jdbi.useHandle(
        handle ->
            handle
                .createQuery(
                    "select distinct on (tenant) tenant, record_key, at, version from settings_version"
                        + " order by tenant, at desc, version desc, record_key desc")
                .map((row, context) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(one -> documents.put(one.getKey(), one.getValue())));
    return documents;
  }

  /**
   * The same as {@link #settings(String)}, for one of {@link #documents}.
   *
   * @param document null: the tenant has none
   */
  public TenantSettings settings(String tenant, @Nullable String document) {
    if (document == null) {
      return TenantSettings.defaults(tenant);
    }
    Read read = settings.get(tenant);
    if (read == null || !read.document.equals(document)) {
      read = new Read(document, jdbi.withHandle(handle -> read(handle, tenant, document)));
      settings.put(tenant, read);
    }
    return read.settings;
  }

  private static TenantSettings read(Handle handle, String tenant, String key) {
    String text =
        handle
            .createQuery("select settings from settings_version where record_key = ?")
            .bind(0, key)
            .mapTo(String.class)
            .one();
    try {
      JsonNode document = JsonValues.mapper().readTree(text);
      return new TenantSettings(
          Settings.newBuilder()
              .setTenant(tenant)
              .setZone(document.path("zone").textValue())
              .setWeekStartsOn(document.path("weekStartsOn").textValue())
              .setCloseAfter(document.path("closeAfter").textValue())
              .build());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
