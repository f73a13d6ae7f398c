package org.visitbalance.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Environment;
import org.visitbalance.cli.Setting;
import org.visitbalance.ingest.InputException;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.ClaimRules;
import org.visitbalance.query.access.JwtTokens;
import org.visitbalance.query.access.StaticTokens;
import org.visitbalance.query.signin.Registration;
import org.visitbalance.query.signin.SignIn;

/** Chooses how API callers are authenticated, from the service's settings. */
final class Access {
  private static final String RETURN = "/sign-in/return";
  private static final String HMAC = "HmacSHA256";
  private static final int LONGEST_HOURS = 168;

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
      return Authenticator.either(tokens(tokens), jwt(environment, issuer));
    } else if (tokens != null) {
      return tokens(tokens);
    } else if (issuer != null) {
      return jwt(environment, issuer);
    } else if (environment.get(Setting.OIDC_ISSUER) != null) {
      return Authenticator.NO_TOKENS;
    } else if (!isLoopback(host)) {
      throw new InputException(
          "the API would be open to anyone at "
              + host
              + "; set "
              + Setting.OIDC_ISSUER.variable()
              + " (sign-in with a browser), "
              + Setting.AUTH_ISSUER.variable()
              + " (tokens of an identity provider) or "
              + Setting.AUTH_TOKENS.variable()
              + " (a token file), or leave "
              + Setting.HTTP_HOST.variable()
              + " at 127.0.0.1");
    }
    return Authenticator.NONE;
  }

  /**
   * Returns how people sign in with their browsers; null if that is not configured.
   *
   * @throws InputException if a setting is missing or cannot be used
   */
  static @Nullable SignIn signIn(Environment environment) {
    String issuer = environment.get(Setting.OIDC_ISSUER);
    if (issuer == null) {
      return null;
    }
    String why = "it is needed to sign in at " + issuer;
    address(Setting.OIDC_ISSUER, issuer);
    String client = environment.need(Setting.OIDC_CLIENT_ID, why);
    String secret = environment.get(Setting.OIDC_CLIENT_SECRET);
    List<String> scope = List.of(environment.need(Setting.OIDC_SCOPE, why).split("[ ,]+"));
    if (!scope.contains("openid")) {
      throw new InputException(Setting.OIDC_SCOPE.variable() + " must contain openid");
    }
    int hours = environment.whole(Setting.OIDC_SESSION_HOURS, LONGEST_HOURS);
    if (hours == 0) {
      throw new InputException(Setting.OIDC_SESSION_HOURS.variable() + " must be at least 1");
    }
    String key = environment.need(Setting.TOKEN_KEY, "the key of sessions is made from it");
    return new SignIn(
        new Registration(
            issuer,
            client,
            secret,
            redirect(environment.need(Setting.OIDC_REDIRECT, why)),
            scope,
            Duration.ofHours(hours),
            sessionKey(key, issuer, client, secret),
            rules(environment)),
        InstantSource.system());
  }

  private static URI redirect(String address) {
    URI uri = URI.create(address(Setting.OIDC_REDIRECT, address).toString());
    if (!RETURN.equals(uri.getPath()) || uri.getQuery() != null || uri.getFragment() != null) {
      throw new InputException(
          Setting.OIDC_REDIRECT.variable()
              + " must be the address of the page, followed by "
              + RETURN
              + ", such as https://balance.example.com"
              + RETURN);
    }
    return uri;
  }

  /** All instances make the same key. It says nothing about the key of tokens. */
  private static SecretKey sessionKey(
      String tokenKey, String issuer, String client, @Nullable String secret) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(tokenKey.getBytes(UTF_8), HMAC));
      String registration =
          String.join("\n", "visit-balance sessions 1", issuer, client, String.valueOf(secret));
      return new SecretKeySpec(mac.doFinal(registration.getBytes(UTF_8)), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Authenticator jwt(Environment environment, String issuer) {
    String why = "it is needed to verify tokens issued by " + issuer;
    return new JwtTokens(
        issuer,
        environment.need(Setting.AUTH_AUDIENCE, why),
        address(Setting.AUTH_JWKS, environment.need(Setting.AUTH_JWKS, why)),
        rules(environment));
  }

  private static ClaimRules rules(Environment environment) {
    String why = "it says where a token has it";
    return new ClaimRules(
        environment.need(Setting.AUTH_USER_CLAIM, why),
        environment.need(Setting.AUTH_ROLES_CLAIM, why),
        environment.need(Setting.AUTH_TENANTS_CLAIM, why),
        environment.need(Setting.AUTH_LOCATIONS_CLAIM, why),
        environment.truth(Setting.AUTH_LOCATIONS_REQUIRED));
  }

  private static StaticTokens tokens(String file) {
    try {
      return StaticTokens.read(Path.of(file));
    } catch (IllegalArgumentException e) {
      throw new InputException(String.valueOf(e.getMessage()), e);
    }
  }

  private static URL address(Setting setting, String address) {
    try {
      URL url = URI.create(address).toURL();
      if (url.getUserInfo() != null) {
        throw new InputException(
            setting.variable() + " must not have a user or a password in it; they are not sent");
      }
      boolean isHttp = url.getProtocol().equals("http") && isLoopback(url.getHost());
      if (url.getProtocol().equals("https") || isHttp) {
        return url;
      }
    } catch (IllegalArgumentException | MalformedURLException e) {
      // Reported below.
    }
    throw new InputException(
        setting.variable() + " must be an https URL, or an http URL on this machine");
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
