package org.visitbalance.query.http;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sha256;

/**
 * The cookies of the page. No script can read them, and no other site can send them. Under TLS
 * their names say that they are this host's own ({@code __Host-}), so no neighbor can set them.
 */
final class SessionCookies {
  private static final String NAME = "visit-balance-session";
  private static final String ATTEMPT = "visit-balance-sign-in-";

  /** Browsers take some 4,096 characters. */
  private static final int LONGEST = 3_600;

  private static final int PIECES = 2;
  private static final int ATTEMPT_SECONDS = 600;
  private static final int MOST_ATTEMPTS = 4;
  private static final int DIGITS = 16;

  private final boolean isSecure;
  private final String prefix;

  SessionCookies(boolean isSecure) {
    this.isSecure = isSecure;
    this.prefix = isSecure ? "__Host-" : "";
  }

  /** Returns the session of a browser, sealed; null if it has none. */
  @Nullable String session(Context http) {
    StringBuilder sealed = new StringBuilder();
    for (int i = 0; i < PIECES; i++) {
      String piece = http.cookie(name(i));
      if (piece != null) {
        sealed.append(piece);
      }
    }
    return sealed.isEmpty() ? null : sealed.toString();
  }

  void keepSession(Context http, String sealed) {
    for (int i = 0; i < PIECES; i++) {
      int from = i * LONGEST;
      if (from < sealed.length()) {
        String piece = sealed.substring(from, Math.min(sealed.length(), from + LONGEST));
        // Until the browser is closed, or the session has ended.
        http.cookie(cookie(name(i), piece, -1, SameSite.STRICT));
      } else if (http.cookie(name(i)) != null) {
        forget(http, name(i), SameSite.STRICT);
      }
    }
  }

  void forgetSession(Context http) {
    for (int i = 0; i < PIECES; i++) {
      if (http.cookie(name(i)) != null) {
        forget(http, name(i), SameSite.STRICT);
      }
    }
  }

  /** The provider's site sends the browser back, which is why these are lax. */
  void keepAttempt(Context http, String state, String sealed) {
    List<String> before = new ArrayList<>(http.cookieMap().keySet());
    before.removeIf(name -> !name.startsWith(prefix + ATTEMPT));
    if (before.size() >= MOST_ATTEMPTS) {
      before.forEach(name -> forget(http, name, SameSite.LAX));
    }
    http.cookie(cookie(attempt(state), sealed, ATTEMPT_SECONDS, SameSite.LAX));
  }

  @Nullable String attempt(Context http, String state) {
    return http.cookie(attempt(state));
  }

  void forgetAttempt(Context http, String state) {
    if (http.cookie(attempt(state)) != null) {
      forget(http, attempt(state), SameSite.LAX);
    }
  }

  private String name(int piece) {
    return prefix + NAME + (piece == 0 ? "" : "-" + piece);
  }

  /** Tabs that sign in at the same time do not take each other's. */
  private String attempt(String state) {
    return prefix + ATTEMPT + Sha256.hex(state).substring(0, DIGITS);
  }

  private void forget(Context http, String name, SameSite sites) {
    http.cookie(cookie(name, "", 0, sites));
  }

  private Cookie cookie(String name, String value, int seconds, SameSite sites) {
    return new Cookie(name, value, "/", seconds, isSecure, true, null, sites);
  }
}
