package org.visitbalance.query.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.Sites;
import org.visitbalance.query.signin.Session;
import org.visitbalance.query.signin.SignIn;
import org.visitbalance.query.signin.Unavailable;

/** Sessions of people who have signed in at an identity provider. */
final class ProviderSessions implements Sessions {
  private final SignIn signIn;
  private final SessionCookies cookies;

  ProviderSessions(SignIn signIn) {
    this.signIn = signIn;
    this.cookies = new SessionCookies(signIn.registration().isSecure());
  }

  SignIn signIn() {
    return signIn;
  }

  SessionCookies cookies() {
    return cookies;
  }

  @Override
  public void register(RoutesConfig routes) {
    new SignInRoutes(this).register(routes);
  }

  @Override
  public String way() {
    return "browser";
  }

  @Override
  public String advice() {
    return "You are not signed in. Sign in, or send an access token.";
  }

  /** A browser whose session was renewed keeps the new one. */
  @Override
  public @Nullable Visitor visitor(Context http) throws Denied {
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
