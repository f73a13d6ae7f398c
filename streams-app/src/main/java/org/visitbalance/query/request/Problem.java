package org.visitbalance.query.request;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;

/** Why a request has no answer (RFC 9457): what is wrong, and what to do. */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String title;
  private final @Nullable String field;

  /** Returns the problem of a caller that lacks a role. */
  public static Problem requires(Role role) {
    return of(
        403,
        "Forbidden",
        "This requires the role " + role.word() + ". Ask your administrator for it.");
  }

  private Problem(int status, String title, @Nullable String field, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.field = field;
  }

  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, null, detail);
  }

  /** A parameter or field that cannot be used. */
  public static Problem unusable(String field, String detail) {
    return new Problem(400, "Bad request", field, field + " " + detail + ".");
  }

  public static Problem unknown(String detail) {
    return new Problem(404, "Not found", null, detail);
  }

  public static Problem busy(String detail) {
    return new Problem(503, "Service unavailable", null, detail);
  }

  public int status() {
    return status;
  }

  public Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", String.valueOf(getMessage()));
    if (field != null) {
      body.put("field", field);
    }
    return body;
  }
}
