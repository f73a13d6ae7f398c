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
                  500,
                  "Internal error",
                  "The request failed because of an error in the service. The service log has the"
                      + " details; report it to your administrator."));
        });
  }

  private static String said(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private static Problem of(HttpResponseException e) {
    return switch (e.getStatus()) {
      case 404 -> Problem.unknown("No such path. /api/v1/openapi.json lists all paths.");
      case 405 ->
          Problem.of(
              405, "Method not allowed", "See /api/v1/openapi.json for the methods of this path.");
      case 413 -> Problem.of(413, "Content too large", "The body is too large. Send it in parts.");
      default ->
          Problem.of(
              e.getStatus(), "Bad request", "The request is not valid. See /api/v1/openapi.json.");
    };
  }

  private static Problem of(JdbiException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && isTime(sql)) {
        return Problem.busy("The query took too long. Narrow it, for example to fewer days.");
      }
    }
    return Problem.busy("The database is not available. Try again in a moment.");
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
