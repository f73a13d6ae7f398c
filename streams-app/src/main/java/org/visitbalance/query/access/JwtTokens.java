package org.visitbalance.query.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.URL;
import java.text.ParseException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accepts tokens of an OpenID Connect provider: signed by a key of its JWKS, for this issuer and
 * audience, and not expired. Keys are fetched again when a token names an unknown one, so they can
 * be rotated. Only signatures with public keys are accepted.
 */
public final class JwtTokens implements Authenticator {
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final ClaimRules rules;

  /**
   * Creates an authenticator for the tokens of a provider.
   *
   * @param issuer the required value of {@code iss}
   * @param audience the value that {@code aud} must contain
   * @param keys the provider's JWKS
   * @param rules which claims say who the caller is
   */
  public JwtTokens(String issuer, String audience, URL keys, ClaimRules rules) {
    this.rules = rules;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(PublicKeys.at(keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience, new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("exp", "sub")));
  }

  @Override
  public Caller caller(@Nullable String token) throws Denied {
    if (token == null) {
      throw new Denied(
          "Sign in and send your access token in the header 'Authorization: Bearer TOKEN'.");
    }
    try {
      JWTClaimsSet claims = processor.process(token, null);
      return rules.caller(claims.getClaims(), Caller.Way.TOKEN);
    } catch (JWKSetUnavailableException e) {
      throw new Denied(
          "The identity provider cannot be reached to check the token. Try again in a moment.");
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new Denied(
          "The token has expired, or its issuer, audience or key does not match this service."
              + " Sign in again.");
    }
  }
}
