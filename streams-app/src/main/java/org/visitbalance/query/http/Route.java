package org.visitbalance.query.http;

/** Answers one kind of request, in the request's thread. */
@FunctionalInterface
interface Route {
  void answer(Call call) throws Exception;
}
