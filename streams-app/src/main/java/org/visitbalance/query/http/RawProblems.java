package org.visitbalance.query.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Problem;

/** Requests that are refused before anybody has looked at them, as problems too. */
final class RawProblems extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    Problem problem =
        Problem.of(code, "Bad request", "The request is not valid HTTP. Correct its format.");
    response.setStatus(code);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ErrorResponses.TYPE);
    response.write(true, ByteBuffer.wrap(JsonValues.bytes(problem.body())), callback);
  }
}
