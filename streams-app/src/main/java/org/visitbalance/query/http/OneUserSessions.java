package org.visitbalance.query.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.Sites;
import org.visitbalance.query.signin.OneUser;

/** Sessions of the one user of a machine: an address that works once begins one. */
final class OneUserSessions implements Sessions {
  private static final int FOUND = 302;

  private final OneUser user;
  private final SessionCookies cookies = new SessionCookies(false);

  OneUserSessions(OneUser user) {
    this.user = user;
  }

  @Override
  public @Nullable Visitor visitor(Context http) throws Denied {
    String session = cookies.session(http);
    if (session == null) {
      return null;
    }
    Sites.requireOwn(http);
    if (!user.isGood(session)) {
      cookies.forgetSession(http);
      throw new Denied(advice());
    }
    return new Visitor(OneUser.caller(Caller.Way.SESSION), () -> user.isGood(session));
  }

  @Override
  public void register(RoutesConfig routes) {
    routes.before(OneUser.PATH, http -> http.header("Cache-Control", "no-store"));
    routes.before(SignInRoutes.END, http -> http.header("Cache-Control", "no-store"));
    routes.get(OneUser.PATH, this::begin);
    routes.post(OneUser.PATH, this::code);
    routes.post(SignInRoutes.END, this::end);
  }

  /** The system's launcher sends the browser here; going back in its history comes here again. */
  private void begin(Context http) {
    String session = user.session(http.queryParam("code"));
    String before = cookies.session(http);
    if (session != null) {
      cookies.keepSession(http, session);
    } else if (before == null || !user.isGood(before)) {
      SignInRoutes.page(
          http,
          403,
          "This address works once, and for ten minutes only. Start Visit Balance again on this"
              + " computer: it opens the page with a new one.");
      return;
    }
    http.status(FOUND).header("Location", "/");
  }

  /** Only who can read the data folder has the token. */
  private void code(Context http) {
    Sites.check(http, true);
    try {
      Caller unused = user.caller(Gate.token(http));
      http.contentType("application/json").result(JsonValues.bytes(Map.of("code", user.code())));
    } catch (Denied e) {
      throw Problem.unauthorized(String.valueOf(e.getMessage()), List.of("token"));
    }
  }

  private void end(Context http) {
    Sites.requireOwn(http);
    String session = cookies.session(http);
    if (session != null) {
      user.end(session);
    }
    cookies.forgetSession(http);
    http.contentType("application/json").result(JsonValues.bytes(Map.of("to", "/")));
  }

  @Override
  public String way() {
    return "start";
  }

  @Override
  public String advice() {
    return "You are not signed in. Start Visit Balance again on this computer, or send the access"
        + " token of its data folder.";
  }
}
