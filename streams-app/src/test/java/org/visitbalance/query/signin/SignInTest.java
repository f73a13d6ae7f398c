package org.visitbalance.query.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.ClaimRules;

/** What a good provider does not do: it answers wrongly, about another user, or not at all. */
class SignInTest {
  private static RSAKey key;
  private HttpServer provider;
  private String issuer;
  private Duration ahead = Duration.ZERO;
  private SignIn signIn;
  private String nonce = "";
  private final AtomicInteger asked = new AtomicInteger();
  private volatile UnaryOperator<JWTClaimsSet.Builder> change = claims -> claims;
  private volatile Supplier<String> discovery;

  @BeforeEach
  void start() throws Exception {
    if (key == null) {
      key = new RSAKeyGenerator(2048).keyID("one").generate();
    }
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer = "http://127.0.0.1:" + provider.getAddress().getPort();
    discovery = () -> document(issuer);
    serve("/.well-known/openid-configuration", () -> discovery.get());
    serve("/keys", () -> new JWKSet(key.toPublicJWK()).toString());
    serve("/token", this::tokens);
    provider.start();
    signIn =
        new SignIn(
            new Registration(
                issuer,
                "visit-balance",
                null,
                URI.create("https://balance.test/sign-in/return"),
                List.of("openid"),
                Duration.ofHours(12),
                new SecretKeySpec(new byte[32], "AES"),
                new ClaimRules("sub", "roles", "tenants", "locations", false)),
            () -> Instant.now().plus(ahead));
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  private void serve(String path, Supplier<String> answer) {
    provider.createContext(
        path,
        exchange -> {
          byte[] body = answer.get().getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private String document(String name) {
    return """
        {"issuer": "%1$s", "authorization_endpoint": "%2$s/auth", "token_endpoint": "%2$s/token",
         "jwks_uri": "%2$s/keys", "subject_types_supported": ["public"],
         "response_types_supported": ["code"], "id_token_signing_alg_values_supported": ["RS256"]}
        """
        .formatted(name, issuer);
  }

  private String tokens() {
    asked.incrementAndGet();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience("visit-balance")
            .subject("anna")
            .issueTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plus(ahead).plusSeconds(3_600)))
            .claim("nonce", nonce)
            .claim("roles", List.of("worker"))
            .claim("tenants", List.of("T1"));
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(),
              change.apply(claims).build());
      token.sign(new RSASSASigner(key));
      return """
          {"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r%d",
           "id_token": "%s"}
          """
          .formatted(asked.get(), token.serialize());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private Session finished() throws Unavailable, Denied {
    SignIn.Begun begun = signIn.begin("#/work");
    for (String part : begun.address().getQuery().split("&", -1)) {
      if (part.startsWith("nonce=")) {
        nonce = part.substring("nonce=".length());
      }
    }
    return signIn
        .finish(
            Map.of("code", List.of("c"), "state", List.of(begun.state())),
            state -> state.equals(begun.state()) ? begun.sealed() : null)
        .session();
  }

  @Test
  void aWrongIdTokenSignsNobodyIn() throws Exception {
    assertThat(finished().caller().user()).isEqualTo("anna");
    for (UnaryOperator<JWTClaimsSet.Builder> wrong :
        List.<UnaryOperator<JWTClaimsSet.Builder>>of(
            claims -> claims.claim("nonce", "another"),
            claims -> claims.claim("nonce", null),
            claims -> claims.audience("another"),
            claims -> claims.issuer("https://another.test"),
            claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300))),
            claims -> claims.subject(null))) {
      change = wrong;
      assertThatThrownBy(this::finished)
          .isInstanceOf(Denied.class)
          .hasMessageContaining("not valid for this service");
    }
  }

  @Test
  void aSessionDoesNotBecomeThatOfAnotherUser() throws Exception {
    String sealed = signIn.seal(finished());
    ahead = Duration.ofMinutes(20);
    change = claims -> claims.subject("bert").claim("nonce", null);

    assertThatThrownBy(() -> signIn.current(sealed))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("another user");
    change = claims -> claims.claim("nonce", null);
    assertThatThrownBy(() -> signIn.current(sealed)).isInstanceOf(Denied.class);
  }

  @Test
  void aRoleThatWasTakenBackIsGoneAtTheNextCheck() throws Exception {
    String sealed = signIn.seal(finished());
    change = claims -> claims.claim("nonce", null).claim("roles", List.of("viewer"));
    assertThat(signIn.current(sealed).session().caller().role().word()).isEqualTo("worker");
    ahead = Duration.ofMinutes(16);

    SignIn.Current current = signIn.current(sealed);
    assertThat(current.session().caller().role().word()).isEqualTo("viewer");
    // The same cookie again, from a request that was on its way: not renewed twice.
    int before = asked.get();
    assertThat(signIn.current(sealed).renewed()).isNotNull();
    assertThat(asked.get()).isEqualTo(before);
    assertThat(signIn.isGood(current.session())).isTrue();

    signIn.end(Objects.requireNonNull(current.renewed()));
    assertThat(signIn.isGood(current.session())).isFalse();
    assertThatThrownBy(() -> signIn.current(sealed)).isInstanceOf(Denied.class);
  }

  @Test
  void aProviderThatIsAwayEndsNoSessionBeforeItsTime() throws Exception {
    Session session = finished();
    String sealed = signIn.seal(session);
    provider.stop(0);
    ahead = Duration.between(Instant.now(), session.goodUntil().minusSeconds(10));
    assertThat(signIn.current(sealed).renewed()).isNull();

    ahead = Duration.ofMinutes(30);
    assertThatThrownBy(() -> signIn.current(sealed))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("cannot be reached");
  }

  @Test
  void aDocumentOfAnotherIssuerOrWithoutKeysIsNotBelieved() throws IOException {
    for (String wrong :
        List.of(
            document("https://another.test"),
            document(issuer).replace("jwks_uri", "other"),
            document(issuer).replace("token_endpoint", "other"),
            document(issuer).replace(issuer + "/auth", "ftp://127.0.0.1/auth"),
            "[]",
            "nonsense")) {
      discovery = () -> wrong;
      assertThatThrownBy(() -> signIn.begin(null)).as(wrong).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void nothingButAViewOfThePageIsGoneBackTo() throws Exception {
    for (String to : List.of("https://other.test", "//other.test", "#x", "#/a\r\nSet-Cookie: b")) {
      SignIn.Begun begun = signIn.begin(to);
      assertThat(begun.sealed()).doesNotContain("other");
      nonce = begun.address().getQuery().replaceAll(".*nonce=([^&]*).*", "$1");
      assertThat(
              signIn
                  .finish(
                      Map.of("code", List.of("c"), "state", List.of(begun.state())),
                      any -> begun.sealed())
                  .to())
          .as(to)
          .isEmpty();
    }
  }
}
