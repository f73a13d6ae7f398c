package org.visitbalance.query.request;

/** Answers one kind of request, in the request's thread. */
@FunctionalInterface
interface RequestHandler {
  void answer(RequestContext call) throws Exception;
}
