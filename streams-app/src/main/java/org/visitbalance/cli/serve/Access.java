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

/** How callers are known, as it is set. */
final class Access {
  private Access() {}

  /**
   * The one authenticator that is set, or none on an address that only this machine reaches.
   *
   * @throws InputException if the API would be open to others, or what is set cannot be used
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
      String why = "tokens of " + issuer + " are checked with it";
      return new JwtTokens(
          issuer,
          environment.need(Setting.AUTH_AUDIENCE, why),
          keys(environment.need(Setting.AUTH_JWKS, why)),
          environment.need(Setting.AUTH_ROLES_CLAIM, why),
          environment.need(Setting.AUTH_TENANTS_CLAIM, why));
    } else if (!isLoopback(host)) {
      throw new InputException(
          "the API would be open to everybody at "
              + host
              + "; set "
              + Setting.AUTH_ISSUER.variable()
              + " (OpenID Connect) or "
              + Setting.AUTH_TOKENS.variable()
              + " (a file of tokens), or leave "
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
      // Said below.
    }
    throw new InputException(
        Setting.AUTH_JWKS.variable() + " must be an https address, or one of this machine");
  }

  /** A name that leads nowhere from here is none of this machine's. */
  private static boolean isLoopback(String host) {
    try {
      InetAddress[] addresses = InetAddress.getAllByName(host);
      return Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
