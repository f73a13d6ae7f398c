package org.visitbalance.query.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;

/**
 * A wish to put an earlier version of a document in force again.
 *
 * @param why the reason: what the caller says, or which version it is
 */
record Reversion(long version, String why) {
  private static final Set<String> FIELDS = Set.of("version", "why");

  /**
   * Reads the wish from the body of a request.
   *
   * @param document what the versions are of, in messages
   */
  static Reversion of(RequestContext call, String document) {
    JsonNode body = object(call);
    JsonNode version = body.path("version");
    if (!version.isIntegralNumber() || !version.canConvertToInt() || version.asInt() < 0) {
      throw Problem.unusable("version", "must be a version of the " + document);
    }
    JsonNode why = body.path("why");
    if (!why.isMissingNode() && !why.isNull() && !why.isTextual()) {
      throw Problem.unusable("why", "must be a text");
    }
    String reason = SettingsRoute.reason("why", why.isTextual() ? why.asText() : null);
    return new Reversion(
        version.asLong(), reason == null ? "Reverted to version " + version.asInt() : reason);
  }

  private static JsonNode object(RequestContext call) {
    try {
      JsonNode body = JsonValues.mapper().readTree(call.body());
      if (body == null || !body.isObject()) {
        throw Problem.unusable("the body", "must be a JSON object");
      }
      for (Map.Entry<String, JsonNode> one : body.properties()) {
        if (!FIELDS.contains(one.getKey())) {
          throw Problem.unusable(
              "a field of the body", "is unknown; the fields are version and why");
        }
      }
      return body;
    } catch (JacksonException e) {
      throw Problem.unusable("the body", "is not JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
