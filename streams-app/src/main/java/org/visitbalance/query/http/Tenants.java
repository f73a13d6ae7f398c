package org.visitbalance.query.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Caller;

/** Which tenant a request is about, and what is known of tenants. */
final class Tenants {
  private final Jdbi jdbi;

  Tenants(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Those of which anything is known. */
  List<String> all() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select distinct tenant from change_count where tenant <> '' order by tenant")
                .mapTo(String.class)
                .list());
  }

  /** Those of them that a caller may see. */
  List<String> known(Caller caller) {
    return all().stream().filter(caller::maySee).toList();
  }

  /** How long after its end a day is closed by itself; null: never. */
  @Nullable Duration closeAfter(String tenant) {
    return document(tenant)
        .map(document -> document.path("closeAfter"))
        .filter(JsonNode::isTextual)
        .map(after -> Duration.parse(after.asText()))
        .orElse(null);
  }

  /** The tenant of a request: the one that is asked for, or the only one it can be. */
  String of(Caller caller, @Nullable String asked) {
    if (asked != null) {
      if (!caller.maySee(asked)) {
        throw Problem.of(
            403, "Not yours", "you may not see this tenant; leave 'tenant' out, or log in for it");
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
          "nothing is known of any tenant yet; send facts, then ask again (or give 'tenant')");
    }
    throw Problem.unusable("tenant", "is missing, and you may see several; /api/v1/me names them");
  }

  /** How a tenant's days lie, as its settings say. */
  Call.Calendar calendar(String tenant) {
    return document(tenant)
        .map(
            document ->
                new Call.Calendar(
                    ZoneId.of(document.path("zone").asText("UTC")),
                    DayOfWeek.valueOf(document.path("weekStartsOn").asText("MONDAY"))))
        .orElseGet(() -> new Call.Calendar(ZoneId.of("UTC"), DayOfWeek.MONDAY));
  }

  /** The settings that stand. */
  private Optional<JsonNode> document(String tenant) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "select settings from settings_version where tenant = ?"
                            + " order by version desc limit 1")
                    .bind(0, tenant)
                    .mapTo(String.class)
                    .findOne())
        .map(
            settings -> {
              try {
                return Json.mapper().readTree(settings);
              } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
              }
            });
  }
}
