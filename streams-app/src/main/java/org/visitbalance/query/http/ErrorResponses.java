package org.visitbalance.query.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Problem;

/** Every answer that is none, as a problem that says what to do and shows nothing of the inside. */
final class ErrorResponses {
  static final String TYPE = "application/problem+json";

  private ErrorResponses() {}

  static void register(RoutesConfig routes, Consumer<Exception> log) {
    routes.exception(Problem.class, (problem, http) -> answer(http, problem));
    routes.exception(HttpResponseException.class, (e, http) -> answer(http, of(e)));
    routes.exception(CommandPort.Closed.class, (e, http) -> answer(http, Problem.busy(said(e))));
    routes.exception(
        JdbiException.class,
        (e, http) -> {
          log.accept(e);
          answer(http, of(e));
        });
    routes.exception(
        Exception.class,
        (e, http) -> {
          log.accept(e);
          answer(
              http,
              Problem.of(
                  500, "Our mistake", "the service has a fault here; its log says more; tell us"));
        });
  }

  private static String said(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static Problem of(HttpResponseException e) {
    return switch (e.getStatus()) {
      case 404 -> Problem.unknown("there is nothing here; /api/v1/openapi.json has every path");
      case 405 -> Problem.of(405, "Not so", "another method is needed; see /api/v1/openapi.json");
      case 413 -> Problem.of(413, "Too much", "the body is too large; send it in parts");
      default -> Problem.of(e.getStatus(), "Not usable", "the request cannot be used as it is");
    };
  }

  private static Problem of(JdbiException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isTime(sql)) {
        return Problem.busy("this takes too long; ask for less, for example fewer days");
      }
    }
    return Problem.busy("the read model cannot be asked just now; try again");
  }

  private static boolean isTime(SQLException sql) {
    return "57014".equals(sql.getSQLState());
  }

  static void answer(Context http, Problem problem) {
    if (problem.status() == 503) {
      http.header("Retry-After", "1");
    }
    http.header("Cache-Control", "no-store");
    http.removeHeader("Content-Disposition");
    http.status(problem.status()).contentType(TYPE).result(JsonValues.bytes(problem.body()));
  }
}
