package org.visitbalance.query.request;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;

/** Why a request has no answer (RFC 9457): what is wrong, and what to do. */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String title;
  private final @Nullable String field;
  private final transient List<String> signIn;
  private final transient List<CommandPort.Wrong> values;

  /** Returns the problem of a caller that lacks a role. */
  public static Problem requires(Role role) {
    return of(
        403,
        "Forbidden",
        "This requires the role " + role.word() + ". Ask your administrator for it.");
  }

  private Problem(
      int status,
      String title,
      @Nullable String field,
      String detail,
      List<String> signIn,
      List<CommandPort.Wrong> values) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.field = field;
    this.signIn = signIn;
    this.values = values;
  }

  private Problem(int status, String title, @Nullable String field, String detail) {
    this(status, title, field, detail, List.of(), List.of());
  }

  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, null, detail);
  }

  /** A parameter or field that cannot be used. */
  public static Problem unusable(String field, String detail) {
    return new Problem(400, "Bad request", field, field + " " + detail + ".");
  }

  /**
   * A request of nobody.
   *
   * @param signIn how one may sign in on the page
   */
  public static Problem unauthorized(String detail, List<String> signIn) {
    return new Problem(401, "Unauthorized", null, detail, signIn, List.of());
  }

  /** A settings document that cannot be used, with every value that is wrong. */
  public static Problem of(CommandPort.Unusable document) {
    return new Problem(
        422,
        "Unprocessable content",
        null,
        String.valueOf(document.getMessage()),
        List.of(),
        document.values());
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
    if (!signIn.isEmpty()) {
      body.put("signIn", signIn);
    }
    if (!values.isEmpty()) {
      body.put("problems", values.stream().map(Problem::body).toList());
    }
    return body;
  }

  private static Map<String, String> body(CommandPort.Wrong value) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("field", value.field());
    body.put("problem", value.problem());
    return body;
  }
}
