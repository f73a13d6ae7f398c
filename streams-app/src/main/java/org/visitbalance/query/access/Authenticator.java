package org.visitbalance.query.access;

import org.jspecify.annotations.Nullable;

/** Identifies the caller of a request. */
@FunctionalInterface
public interface Authenticator {
  /** Lets everybody be the local user. */
  Authenticator NONE = token -> Caller.LOCAL;

  /**
   * The caller behind a bearer token.
   *
   * @param token what came in the request, without the word Bearer; null if nothing did
   * @throws Denied if it is nobody's
   */
  Caller caller(@Nullable String token) throws Denied;

  /** A request of nobody. The message says what to do, and nothing of the token. */
  final class Denied extends Exception {
    private static final long serialVersionUID = 1L;

    public Denied(String message) {
      super(message, null, false, false);
    }
  }
}
