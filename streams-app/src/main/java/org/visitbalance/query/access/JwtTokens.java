package org.visitbalance.query.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.URL;
import java.text.ParseException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Accepts tokens of an OpenID Connect provider: signed by a key of its JWKS, for this issuer and
 * audience, and not expired. Keys are fetched again when a token names an unknown one, so they can
 * be rotated. Only signatures with public keys are accepted.
 */
public final class JwtTokens implements Authenticator {
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.EdDSA);

  /** A provider that is asked for keys by forged tokens is asked no more often than this. */
  private static final long REFETCH_MS = 5_000;

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
  private final String rolesClaim;
  private final String tenantsClaim;

  /**
   * Creates an authenticator for the tokens of a provider.
   *
   * @param issuer the required value of {@code iss}
   * @param audience the value that {@code aud} must contain
   * @param keys the provider's JWKS
   * @param rolesClaim the claim with the roles: names joined by dots
   * @param tenantsClaim the claim with the tenants; a list or a single string, {@code *} for all
   */
  public JwtTokens(
      String issuer, String audience, URL keys, String rolesClaim, String tenantsClaim) {
    this.rolesClaim = rolesClaim;
    this.tenantsClaim = tenantsClaim;
    JWKSource<SecurityContext> source =
        JWKSourceBuilder.<SecurityContext>create(keys, new KeyDownload())
            .rateLimited(REFETCH_MS)
            .retrying(true)
            .build();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source));
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
      return caller(processor.process(token, null));
    } catch (JWKSetUnavailableException e) {
      throw new Denied(
          "The identity provider cannot be reached to check the token. Try again in a moment.");
    } catch (ParseException | BadJOSEException | JOSEException e) {
      throw new Denied(
          "The token has expired, or its issuer, audience or key does not match this service."
              + " Sign in again.");
    }
  }

  private Caller caller(JWTClaimsSet claims) throws Denied {
    String user = claims.getSubject();
    if (user == null || user.isBlank()) {
      throw new Denied(
          "The token names no user (sub). Ask the administrator of your identity provider.");
    }
    Role role = null;
    for (String word : texts(claims, rolesClaim)) {
      Role one = Role.of(word);
      role = one != null && (role == null || one.compareTo(role) > 0) ? one : role;
    }
    Set<String> tenants = new HashSet<>(texts(claims, tenantsClaim));
    if (role == null || tenants.isEmpty()) {
      throw new Denied(
          "The token has no role (viewer, worker or admin, in "
              + rolesClaim
              + ") or no tenant (in "
              + tenantsClaim
              + "). Ask the administrator of your identity provider.");
    }
    boolean all = tenants.contains("*");
    return new Caller(user, role, all ? null : Set.copyOf(tenants), true);
  }

  private static Collection<String> texts(JWTClaimsSet claims, String path) {
    Object value = claims.getClaims().get(path);
    if (value == null) {
      value = claims.getClaims();
      for (String name : path.split("\\.", -1)) {
        value = value instanceof Map<?, ?> map ? map.get(name) : null;
      }
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return value instanceof String text ? List.of(text.split("[ ,]+", -1)) : List.of();
  }
}
