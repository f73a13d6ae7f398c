package org.visitbalance.query.signin;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.ClaimRules;

/**
 * This service as an identity provider knows it.
 *
 * @param issuer the provider
 * @param clientSecret null for a public client
 * @param redirect where the provider sends the browser back to
 * @param scope what is asked for; has {@code openid}
 * @param longest how long a session lasts at most
 * @param key seals what browsers keep; 256 bits, the same for all instances
 * @param rules which claims say who a user is
 */
public record Registration(
    String issuer,
    String clientId,
    @Nullable String clientSecret,
    URI redirect,
    List<String> scope,
    Duration longest,
    SecretKey key,
    ClaimRules rules) {
  /** Returns the address of the page. */
  URI home() {
    return redirect.resolve("/");
  }

  /** Returns whether the page is reached over TLS. */
  public boolean isSecure() {
    return "https".equals(redirect.getScheme());
  }
}
