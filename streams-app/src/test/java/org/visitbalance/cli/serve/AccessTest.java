package org.visitbalance.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.cli.Environment;
import org.visitbalance.cli.Setting;
import org.visitbalance.ingest.InputException;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;

/** Who is let in, by the tokens of a real identity provider's kind and by those of a file. */
class AccessTest {
  private static final String ISSUER = "https://login.test";
  private static final String AUDIENCE = "visit-balance";

  @TempDir private Path folder;
  private HttpServer provider;
  private RSAKey key;
  private volatile JWKSet published;
  private Authenticator access;

  @BeforeEach
  void start() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("first").generate();
    published = new JWKSet(key.toPublicJWK());
    provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.createContext(
        "/keys",
        exchange -> {
          byte[] body = published.toString().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    provider.start();
    access = Access.of(environment(Map.of()), "0.0.0.0");
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  private Environment environment(Map<String, String> more) {
    Map<String, String> variables = new HashMap<>();
    variables.put("VISIT_BALANCE_AUTH_ISSUER", ISSUER);
    variables.put("VISIT_BALANCE_AUTH_AUDIENCE", AUDIENCE);
    variables.put(
        "VISIT_BALANCE_AUTH_JWKS", "http://127.0.0.1:" + provider.getAddress().getPort() + "/keys");
    variables.put("VISIT_BALANCE_AUTH_ROLES_CLAIM", "realm_access.roles");
    variables.putAll(more);
    return new Environment(variables, Map.of());
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject("anna")
        .expirationTime(Date.from(Instant.now().plusSeconds(300)))
        .claim("realm_access", Map.of("roles", List.of("offline_access", "worker", "viewer")))
        .claim("tenants", List.of("T1", "T2"));
  }

  private static String signed(RSAKey by, JWTClaimsSet claims) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
    token.sign(new RSASSASigner(by));
    return token.serialize();
  }

  @Test
  void aGoodTokenSaysWhoWhatAndForWhom() throws Exception {
    Caller caller = access.caller(signed(key, claims().build()));

    assertThat(caller.user()).isEqualTo("anna");
    assertThat(caller.is(Role.WORKER)).isTrue();
    assertThat(caller.is(Role.ADMIN)).isFalse();
    assertThat(caller.maySee("T1")).isTrue();
    assertThat(caller.maySee("T3")).isFalse();
  }

  @Test
  void aTokenMayBeForSomeLocationsOnly() throws Exception {
    Caller all = access.caller(signed(key, claims().build()));
    Caller two =
        access.caller(
            signed(key, claims().claim("locations", List.of("DTN", "North Clinic")).build()));
    Caller one = access.caller(signed(key, claims().claim("locations", "North Clinic").build()));
    Caller star = access.caller(signed(key, claims().claim("locations", "*").build()));

    assertThat(all.seesAllLocations()).isTrue();
    assertThat(two.maySeeLocation("North Clinic")).isTrue();
    assertThat(two.maySeeLocation("NBR")).isFalse();
    assertThat(one.locations()).containsExactly("North Clinic");
    assertThat(star.seesAllLocations()).isTrue();
    for (Object none : new Object[] {List.of(), "", 7, Map.of("DTN", true), List.of(" ")}) {
      String token = signed(key, claims().claim("locations", none).build());
      assertThatThrownBy(() -> access.caller(token))
          .as("%s", none)
          .isInstanceOf(Denied.class)
          .hasMessageContaining("no location");
    }
  }

  @Test
  void theClaimOfLocationsMayBeRequired() throws Exception {
    Authenticator strict =
        Access.of(environment(Map.of("VISIT_BALANCE_AUTH_LOCATIONS_REQUIRED", "true")), "0.0.0.0");
    String without = signed(key, claims().build());

    assertThatThrownBy(() -> strict.caller(without))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("no location (in locations)");
    assertThat(strict.caller(signed(key, claims().claim("locations", "*").build())).locations())
        .isNull();
  }

  @Test
  void theUserIsNamedByAnotherClaimIfThatIsSet() throws Exception {
    Authenticator other =
        Access.of(environment(Map.of("VISIT_BALANCE_AUTH_USER_CLAIM", "email")), "0.0.0.0");

    assertThat(
            other.caller(signed(key, claims().claim("email", "anna@clinic.test").build())).user())
        .isEqualTo("anna@clinic.test");
    String without = signed(key, claims().build());
    assertThatThrownBy(() -> other.caller(without))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("email");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void aTokenOfNobodyIsRefused(String user) throws Exception {
    String token = signed(key, claims().subject(user).build());

    assertThatThrownBy(() -> access.caller(token))
        .isInstanceOf(Denied.class)
        .hasMessageContaining("names no user");
  }

  @Test
  void keysAreTakenFromTheConfiguredAddressOnlyAndInTime() throws Exception {
    provider.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/keys");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    provider.createContext(
        "/slow",
        exchange -> {
          byte[] body = published.toString().getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (exchange) {
            for (byte one : body) {
              exchange.getResponseBody().write(one);
              exchange.getResponseBody().flush();
              Thread.sleep(100);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    String address = "http://127.0.0.1:" + provider.getAddress().getPort();
    String token = signed(key, claims().build());
    for (String path : List.of("/moved", "/slow")) {
      Authenticator other =
          Access.of(environment(Map.of("VISIT_BALANCE_AUTH_JWKS", address + path)), "0.0.0.0");

      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              assertThatThrownBy(() -> other.caller(token))
                  .as(path)
                  .isInstanceOf(Denied.class)
                  .hasMessageContaining("cannot be reached"));
    }
  }

  @Test
  void aNewKeyIsFetchedWhenATokenNamesIt() throws Exception {
    access.caller(signed(key, claims().build()));
    RSAKey second = new RSAKeyGenerator(2048).keyID("second").generate();
    published = new JWKSet(List.of(key.toPublicJWK(), second.toPublicJWK()));

    assertThat(access.caller(signed(second, claims().build())).user()).isEqualTo("anna");
  }

  @Test
  void whatIsNotExactlyRightIsDenied() throws Exception {
    RSAKey foreign = new RSAKeyGenerator(2048).keyID("first").generate();
    SignedJWT byPublicKey = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
    byPublicKey.sign(new MACSigner(key.toPublicJWK().toJSONString()));
    Date past = Date.from(Instant.now().minusSeconds(300));
    Date future = Date.from(Instant.now().plusSeconds(300));
    for (String token :
        new String[] {
          null,
          "",
          "x.y.z",
          signed(foreign, claims().build()),
          byPublicKey.serialize(),
          new PlainJWT(claims().build()).serialize(),
          signed(key, claims().expirationTime(past).build()),
          signed(key, claims().expirationTime(null).build()),
          signed(key, claims().notBeforeTime(future).build()),
          signed(key, claims().issuer("https://other.test").build()),
          signed(key, claims().audience("other").build()),
          signed(key, claims().subject(null).build()),
          signed(key, claims().claim("tenants", null).build()),
          signed(key, claims().claim("tenants", List.of()).build()),
          signed(key, claims().claim("realm_access", Map.of("roles", List.of("king"))).build())
        }) {
      assertThatThrownBy(() -> access.caller(token)).as("%s", token).isInstanceOf(Denied.class);
    }
  }

  @Test
  void nothingIsOpenToOthersWithoutAuthentication() {
    Environment bare = new Environment(Map.of(), Map.of());

    assertThat(Access.of(bare, "127.0.0.1")).isSameAs(Authenticator.NONE);
    assertThatThrownBy(() -> Access.of(bare, "0.0.0.0"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("open to anyone")
        .hasMessageContaining("VISIT_BALANCE_AUTH_ISSUER");
    assertThatThrownBy(
            () ->
                Access.of(
                    environment(Map.of("VISIT_BALANCE_AUTH_JWKS", "http://keys.test/")), "::"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("https");
    assertThatThrownBy(
            () ->
                Access.of(
                    environment(Map.of("VISIT_BALANCE_AUTH_JWKS", "https://me:hunter2@keys.test/")),
                    "::"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("VISIT_BALANCE_AUTH_JWKS must not have a user or a password in it")
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(
            () -> Access.of(environment(Map.of("VISIT_BALANCE_AUTH_AUDIENCE", "")), "127.0.0.1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("VISIT_BALANCE_AUTH_AUDIENCE");
  }

  @Test
  void aFileOfTokensIsReadOrSaysWhichLineIsWrong() throws Exception {
    Path file = folder.resolve("tokens");
    // printf %s secret | sha256sum
    String hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    Files.writeString(file, "# ours\n\n" + hash + " bob viewer T1,T2\n");
    Environment set =
        new Environment(Map.of("VISIT_BALANCE_AUTH_TOKENS", file.toString()), Map.of());

    assertThat(Access.of(set, "0.0.0.0").caller("secret").user()).isEqualTo("bob");
    assertThatThrownBy(() -> Access.of(set, "0.0.0.0").caller(hash)).isInstanceOf(Denied.class);

    Files.writeString(file, hash + " bob viewer * DTN,North%20Clinic,A+B\n");
    Caller limited = Access.of(set, "0.0.0.0").caller("secret");
    assertThat(limited.tenants()).isNull();
    assertThat(limited.locations()).containsExactlyInAnyOrder("DTN", "North Clinic", "A+B");
    Files.writeString(file, hash + " bob viewer T1 *\n");
    assertThat(Access.of(set, "0.0.0.0").caller("secret").seesAllLocations()).isTrue();
    for (String bad : List.of(" bob viewer T1 a%zz", " bob viewer T1 DTN more", " bob viewer")) {
      Files.writeString(file, hash + bad + "\n");
      assertThatThrownBy(() -> Access.of(set, "0.0.0.0"))
          .as(bad)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("line 1");
    }

    Files.writeString(file, "\nsecret bob viewer T1\n");
    assertThatThrownBy(() -> Access.of(set, "0.0.0.0"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("line 2")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void tokensOfAFileAndOfAProviderAreAcceptedSideBySide() throws Exception {
    String hash = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    Path file = Files.writeString(folder.resolve("tokens"), hash + " bob viewer T1\n");
    Authenticator both =
        Access.of(environment(Map.of("VISIT_BALANCE_AUTH_TOKENS", file.toString())), "0.0.0.0");

    assertThat(both.caller("secret").user()).isEqualTo("bob");
    assertThat(both.caller(signed(key, claims().build())).user()).isEqualTo("anna");
    assertThatThrownBy(() -> both.caller("other")).isInstanceOf(Denied.class);
    assertThatThrownBy(() -> both.caller(null)).isInstanceOf(Denied.class);
  }

  @Test
  void signInByBrowserSaysWhichSettingIsWrong() {
    Map<String, String> good =
        Map.of(
            "VISIT_BALANCE_OIDC_ISSUER", ISSUER,
            "VISIT_BALANCE_OIDC_CLIENT_ID", "visit-balance",
            "VISIT_BALANCE_OIDC_REDIRECT", "https://balance.test/sign-in/return",
            "VISIT_BALANCE_TOKEN_KEY", "key");
    assertThat(Access.signIn(new Environment(good, Map.of()))).isNotNull();
    assertThat(Access.of(new Environment(good, Map.of()), "0.0.0.0"))
        .isSameAs(Authenticator.NO_TOKENS);
    assertThat(Access.signIn(new Environment(Map.of(), Map.of()))).isNull();
    for (String[] bad :
        new String[][] {
          {"OIDC_ISSUER", "http://login.test"},
          {"OIDC_CLIENT_ID", ""},
          {"OIDC_REDIRECT", ""},
          {"OIDC_REDIRECT", "http://balance.test/sign-in/return"},
          {"OIDC_REDIRECT", "https://balance.test/"},
          {"OIDC_SCOPE", "profile"},
          {"OIDC_SESSION_HOURS", "0"},
          {"OIDC_SESSION_HOURS", "1000"},
          {"TOKEN_KEY", ""}
        }) {
      Map<String, String> set = new HashMap<>(good);
      set.put("VISIT_BALANCE_" + bad[0], bad[1]);

      assertThatThrownBy(() -> Access.signIn(new Environment(set, Map.of())))
          .as("%s=%s", bad[0], bad[1])
          .isInstanceOf(InputException.class)
          .hasMessageContaining("VISIT_BALANCE_" + bad[0]);
    }
  }

  @Test
  void aVariableMayNameAFileAndGoesBeforeTheProperties() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
    Environment set =
        new Environment(
            Map.of("VISIT_BALANCE_READ_MODEL_PASSWORD_FILE", file.toString()),
            Map.of("visitbalance.read.model.password", "other", "visitbalance.http.port", "81"));
    Map<String, Object> clients = new HashMap<>();

    Environment.clients(
        Map.of(
            "VISIT_BALANCE_KAFKA_SASL_MECHANISM", "PLAIN",
            "VISIT_BALANCE_KAFKA_SASL_JAAS_CONFIG_FILE", file.toString(),
            "VISIT_BALANCE_SCHEMA_REGISTRY_URL", "http://registry"),
        clients);

    assertThat(set.get(Setting.READ_MODEL_PASSWORD)).isEqualTo("s3cret");
    assertThat(set.get(Setting.HTTP_PORT)).isEqualTo("81");
    assertThat(clients)
        .containsEntry("sasl.mechanism", "PLAIN")
        .containsEntry("sasl.jaas.config", "s3cret")
        .containsEntry("schema.registry.url", "http://registry");
  }
}
