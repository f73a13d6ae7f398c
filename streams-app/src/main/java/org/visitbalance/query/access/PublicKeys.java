package org.visitbalance.query.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.URL;
import java.util.Set;

/** The public keys of an identity provider. Signatures with shared secrets are never accepted. */
public final class PublicKeys {
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

  private PublicKeys() {}

  /** Returns the keys at an address; they are fetched again when a token names an unknown one. */
  public static JWSKeySelector<SecurityContext> at(URL address) {
    JWKSource<SecurityContext> source =
        JWKSourceBuilder.<SecurityContext>create(address, new KeyDownload())
            .rateLimited(REFETCH_MS)
            .retrying(true)
            .build();
    return new JWSVerificationKeySelector<>(ALGORITHMS, source);
  }
}
