package org.visitbalance.query.request;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites' pages out: a browser lets them send requests here. A service without
 * authentication answers only to this machine's own names, so that no name of somebody else's can
 * be made to lead here.
 */
public final class Sites {
  private static final Set<String> OWN = Set.of("localhost", "127.0.0.1", "[::1]");

  private Sites() {}

  public static void check(Context http, boolean isOpen) {
    String host = http.header("Host");
    if (isOpen && (host == null || !OWN.contains(name(host)))) {
      throw Problem.of(
          403,
          "Forbidden",
          "Open this service at http://127.0.0.1 or http://localhost, with its port.");
    }
    String site = http.header("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw Problem.of(403, "Forbidden", "Requests from other websites are not allowed.");
    }
    String origin = http.header("Origin");
    if (origin != null && !sameSite(origin, host)) {
      throw Problem.of(403, "Forbidden", "Requests from other websites are not allowed.");
    }
  }

  /**
   * Checks a request that a browser's cookie vouches for: if it may change something, the browser
   * has to say that the page itself has made it.
   */
  public static void requireOwn(Context http) {
    check(http, false);
    boolean isReading =
        http.method().equals(HandlerType.GET) || http.method().equals(HandlerType.HEAD);
    boolean isSaid = http.header("Sec-Fetch-Site") != null || http.header("Origin") != null;
    if (!isReading && !isSaid) {
      throw Problem.of(
          403,
          "Forbidden",
          "With a browser's session, only the page may change something. Send an access token"
              + " instead.");
    }
  }

  private static boolean sameSite(String origin, @Nullable String host) {
    try {
      String authority = new URI(origin).getAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static String name(String host) {
    int port = host.lastIndexOf(':');
    boolean hasPort = port > host.lastIndexOf(']');
    return (hasPort ? host.substring(0, port) : host).toLowerCase(Locale.ROOT);
  }
}
