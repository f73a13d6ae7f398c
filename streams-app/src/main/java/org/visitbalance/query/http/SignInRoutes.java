package org.visitbalance.query.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.Sites;
import org.visitbalance.query.signin.SignIn;
import org.visitbalance.query.signin.Unavailable;

/** Signing in and out on the page: docs/sign-in.md. */
final class SignInRoutes {
  static final String BEGIN = "/sign-in";
  static final String RETURN = "/sign-in/return";
  static final String END = "/sign-out";

  private static final int FOUND = 302;

  private final SignIn signIn;
  private final SessionCookies cookies;

  SignInRoutes(ProviderSessions sessions) {
    this.signIn = sessions.signIn();
    this.cookies = sessions.cookies();
  }

  void register(RoutesConfig routes) {
    routes.before(BEGIN + "*", http -> http.header("Cache-Control", "no-store"));
    routes.before(END, http -> http.header("Cache-Control", "no-store"));
    routes.get(BEGIN, this::begin);
    routes.get(RETURN, this::finish);
    routes.post(END, this::end);
  }

  private void begin(Context http) {
    Sites.check(http, false);
    try {
      SignIn.Begun begun = signIn.begin(http.queryParam("to"));
      cookies.keepAttempt(http, begun.state(), begun.sealed());
      http.redirect(begun.address().toString());
    } catch (Unavailable e) {
      page(http, 503, String.valueOf(e.getMessage()));
    }
  }

  /** The provider's site sends the browser here, so what it brings is checked by its state. */
  private void finish(Context http) {
    String state = http.queryParam("state");
    try {
      SignIn.Finished finished = signIn.finish(http.queryParamMap(), one -> kept(http, one));
      cookies.keepSession(http, signIn.seal(finished.session()));
      http.status(FOUND).header("Location", "/" + finished.to());
    } catch (Denied e) {
      page(http, 403, String.valueOf(e.getMessage()));
    } catch (Unavailable e) {
      page(http, 503, String.valueOf(e.getMessage()));
    }
    if (state != null) {
      cookies.forgetAttempt(http, state);
    }
  }

  private @Nullable String kept(Context http, String state) {
    return cookies.attempt(http, state);
  }

  private void end(Context http) {
    Sites.requireOwn(http);
    String sealed = cookies.session(http);
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("to", sealed == null ? "/" : signIn.end(sealed).toString());
    cookies.forgetSession(http);
    http.contentType("application/json").result(JsonValues.bytes(body));
  }

  /** What went wrong, for a person who is on no view yet. */
  static void page(Context http, int status, String sentence) {
    http.status(status)
        .html(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sign in · Visit Balance</title>
            %s
            </head>
            <body>
            <main id="main">
            <section class="problem" role="alert">
            <h1>You are not signed in</h1>
            <p>%s</p>
            <p><a href="/">Back to Visit Balance</a></p>
            </section>
            </main>
            </body>
            </html>
            """
                .formatted(STYLES, escaped(sentence)));
  }

  private static final String STYLES =
      String.join(
          "\n",
          List.of("base", "layout", "parts").stream()
              .map("<link rel=\"stylesheet\" href=\"/css/%s.css\">"::formatted)
              .toList());

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
