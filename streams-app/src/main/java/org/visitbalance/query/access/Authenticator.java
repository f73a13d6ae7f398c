package org.visitbalance.query.access;

import org.jspecify.annotations.Nullable;

/** Identifies the caller of a request. */
@FunctionalInterface
public interface Authenticator {
  /** Lets everybody be the local user. */
  Authenticator NONE = token -> Caller.LOCAL;

  /** Lets nobody in by a token: people sign in with their browsers. */
  Authenticator NO_TOKENS =
      token -> {
        throw new Denied("Open the page in a browser and sign in.");
      };

  /** Returns an authenticator that also accepts the tokens of a file. */
  static Authenticator either(StaticTokens file, Authenticator other) {
    return token -> (token != null && file.knows(token) ? file : other).caller(token);
  }

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
