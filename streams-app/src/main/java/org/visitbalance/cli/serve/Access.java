package org.visitbalance.cli.serve;

import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import org.visitbalance.cli.Environment;
import org.visitbalance.cli.Setting;
import org.visitbalance.ingest.InputException;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.JwtTokens;
import org.visitbalance.query.access.StaticTokens;

/** Chooses how API callers are authenticated, from the service's settings. */
final class Access {
  private Access() {}

  /**
   * Returns the configured authenticator, or none if the API listens on a loopback address only.
   *
   * @throws InputException if the API would be open to other machines without authentication, or if
   *     a setting cannot be used
   */
  static Authenticator of(Environment environment, String host) {
    String tokens = environment.get(Setting.AUTH_TOKENS);
    String issuer = environment.get(Setting.AUTH_ISSUER);
    if (tokens != null && issuer != null) {
      throw new InputException(
          "set "
              + Setting.AUTH_TOKENS.variable()
              + " or "
              + Setting.AUTH_ISSUER.variable()
              + ", not both");
    } else if (tokens != null) {
      return tokens(tokens);
    } else if (issuer != null) {
      String why = "it is needed to verify tokens issued by " + issuer;
      return new JwtTokens(
          issuer,
          environment.need(Setting.AUTH_AUDIENCE, why),
          keys(environment.need(Setting.AUTH_JWKS, why)),
          environment.need(Setting.AUTH_ROLES_CLAIM, why),
          environment.need(Setting.AUTH_TENANTS_CLAIM, why));
    } else if (!isLoopback(host)) {
      throw new InputException(
          "the API would be open to anyone at "
              + host
              + "; set "
              + Setting.AUTH_ISSUER.variable()
              + " (OpenID Connect) or "
              + Setting.AUTH_TOKENS.variable()
              + " (a token file), or leave "
              + Setting.HTTP_HOST.variable()
              + " at 127.0.0.1");
    }
    return Authenticator.NONE;
  }

  private static Authenticator tokens(String file) {
    try {
      return StaticTokens.read(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  private static URL keys(String address) {
    try {
      URL url = URI.create(address).toURL();
      if (url.getProtocol().equals("https") || isLoopback(url.getHost())) {
        return url;
      }
    } catch (IllegalArgumentException | MalformedURLException e) {
      // Reported below.
    }
    throw new InputException(
        Setting.AUTH_JWKS.variable() + " must be an https URL, or an http URL on this machine");
  }

  /** Returns whether a host is this machine only; a name that does not resolve is not. */
  private static boolean isLoopback(String host) {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(host);
      return Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
