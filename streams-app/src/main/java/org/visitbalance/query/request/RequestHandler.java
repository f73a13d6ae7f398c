package org.visitbalance.query.request;

/** Answers one kind of request, in the request's thread. */
@FunctionalInterface
public interface RequestHandler {
  void answer(RequestContext call) throws Exception;

  /** The most bytes of a body that is a file of any form; 0 if the body is text. */
  default int mostFileBytes() {
    return 0;
  }
}
