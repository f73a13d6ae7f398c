package org.visitbalance.query.http;

import io.javalin.http.Context;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.Sites;
import org.visitbalance.query.signin.Session;
import org.visitbalance.query.signin.SignIn;
import org.visitbalance.query.signin.Unavailable;

/** The sessions of browsers, as requests bring them along. */
final class Sessions {
  private final SignIn signIn;
  private final SessionCookies cookies;

  Sessions(SignIn signIn) {
    this.signIn = signIn;
    this.cookies = new SessionCookies(signIn.registration().isSecure());
  }

  SignIn signIn() {
    return signIn;
  }

  SessionCookies cookies() {
    return cookies;
  }

  /** Who a request is from, and whether that is still so later. */
  record Visitor(Caller caller, BooleanSupplier isGood) {}

  /**
   * Returns who a request is from; null if its browser has no session. A browser whose session is
   * over forgets it, and one whose session was renewed keeps the new one.
   */
  @Nullable Visitor visitor(Context http) throws Denied {
    String sealed = cookies.session(http);
    if (sealed == null) {
      return null;
    }
    Sites.requireOwn(http);
    try {
      SignIn.Current current = signIn.current(sealed);
      if (current.renewed() != null) {
        cookies.keepSession(http, current.renewed());
      }
      Session session = current.session();
      return new Visitor(session.caller(), () -> signIn.isGood(session));
    } catch (Denied e) {
      cookies.forgetSession(http);
      throw e;
    } catch (Unavailable e) {
      throw Problem.busy(String.valueOf(e.getMessage()));
    }
  }
}
