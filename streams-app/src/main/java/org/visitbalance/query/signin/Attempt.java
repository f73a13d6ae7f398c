package org.visitbalance.query.signin;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A sign-in under way; the browser that started it keeps it, sealed.
 *
 * @param to the view to go to afterwards
 */
record Attempt(String state, String nonce, String verifier, String to, Instant until) {
  Map<String, Object> values() {
    return Map.of(
        "state",
        state,
        "nonce",
        nonce,
        "verifier",
        verifier,
        "to",
        to,
        "until",
        until.getEpochSecond());
  }

  static Attempt of(Map<String, Object> values) throws ParseException {
    return new Attempt(
        text(values, "state"),
        text(values, "nonce"),
        text(values, "verifier"),
        text(values, "to"),
        Instant.ofEpochSecond(JSONObjectUtils.getLong(values, "until")));
  }

  private static String text(Map<String, Object> values, String name) throws ParseException {
    return Objects.requireNonNull(JSONObjectUtils.getString(values, name), name);
  }
}
