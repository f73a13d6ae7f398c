package org.visitbalance.query.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Request;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.UserInfo;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Deadline;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.ProviderHttp;
import org.visitbalance.query.access.PublicKeys;

/** The identity provider: what it says of itself, and what it says of its users. */
final class Provider {
  private static final Duration KEPT = Duration.ofHours(1);
  private static final String DOCUMENT = "/.well-known/openid-configuration";
  private static final String AGAIN = " Sign in again.";

  /** What was asked for when the sign-in began. */
  private static final @Nullable Scope SAME_SCOPE = null;

  private final Registration registration;
  private final InstantSource time;
  private final ProviderHttp http = new ProviderHttp();
  private @Nullable Known known;
  private Deadline kept = Deadline.in(KEPT);

  /** What it says of itself, and how its ID tokens are checked. */
  record Known(OIDCProviderMetadata metadata, IDTokenValidator validator) {}

  /**
   * What it says of a user.
   *
   * @param subject null where it is silent about who this is
   * @param claims empty where it is silent
   * @param until when it wants to be asked again
   */
  record Told(
      @Nullable String subject,
      Map<String, Object> claims,
      Instant until,
      @Nullable String refresh,
      @Nullable String idToken) {}

  Provider(Registration registration, InstantSource time) {
    this.registration = registration;
    this.time = time;
  }

  /** Returns what it says of itself; it is asked again once an hour. */
  synchronized Known known() throws Unavailable {
    Known before = known;
    if (before != null && !kept.isOver()) {
      return before;
    }
    try {
      Known now = discover();
      known = now;
      kept = Deadline.in(KEPT);
      return now;
    } catch (IOException | ParseException | IllegalArgumentException e) {
      if (before != null) {
        return before;
      }
      throw Unavailable.of(e);
    }
  }

  /** Returns what is known without asking. */
  synchronized @Nullable OIDCProviderMetadata ifKnown() {
    return known == null ? null : known.metadata;
  }

  private Known discover() throws IOException, ParseException {
    String base = registration.issuer().replaceAll("/$", "");
    ProviderHttp.Answer answer =
        http.send(HttpRequest.newBuilder(URI.create(base + DOCUMENT)).build());
    if (answer.status() != 200) {
      throw new IOException("the discovery document cannot be downloaded: " + answer.status());
    }
    OIDCProviderMetadata metadata = OIDCProviderMetadata.parse(answer.body());
    if (!metadata.getIssuer().getValue().equals(registration.issuer())) {
      throw new IOException("the discovery document is of the issuer " + metadata.getIssuer());
    }
    require(metadata.getAuthorizationEndpointURI());
    require(metadata.getTokenEndpointURI());
    return new Known(metadata, validator(metadata));
  }

  private IDTokenValidator validator(OIDCProviderMetadata metadata)
      throws MalformedURLException, IOException {
    return new IDTokenValidator(
        metadata.getIssuer(),
        client(),
        PublicKeys.at(require(metadata.getJWKSetURI()).toURL()),
        null);
  }

  /** Nothing secret goes over a network without TLS; only a provider on this machine may. */
  private URI require(@Nullable URI endpoint) throws IOException {
    boolean mayBePlain = registration.issuer().startsWith("http:");
    if (endpoint == null
        || !("https".equals(endpoint.getScheme())
            || (mayBePlain && "http".equals(endpoint.getScheme())))) {
      throw new IOException("the discovery document has an endpoint that is missing or not https");
    }
    return endpoint;
  }

  ClientID client() {
    return new ClientID(registration.clientId());
  }

  /** Exchanges the code that a browser brought. */
  Told exchange(AuthorizationCode code, CodeVerifier verifier, Nonce nonce)
      throws Unavailable, Denied {
    Told told = ask(new AuthorizationCodeGrant(code, registration.redirect(), verifier), nonce);
    if (told.subject == null) {
      throw new Denied(
          "The identity provider sent no ID token. Add openid to the scope of this service.");
    }
    return told;
  }

  /** Asks again about a user. */
  Told renew(String refresh) throws Unavailable, Denied {
    return ask(new RefreshTokenGrant(new RefreshToken(refresh)), null);
  }

  private Told ask(AuthorizationGrant grant, @Nullable Nonce nonce) throws Unavailable, Denied {
    Known provider = known();
    URI endpoint = provider.metadata.getTokenEndpointURI();
    ClientAuthentication secret = secret(provider.metadata);
    TokenResponse response;
    try {
      response =
          OIDCTokenResponseParser.parse(
              send(
                  secret == null
                      ? new TokenRequest(endpoint, client(), grant, SAME_SCOPE)
                      : new TokenRequest(endpoint, secret, grant, SAME_SCOPE)));
    } catch (ParseException e) {
      throw Unavailable.of(e);
    }
    if (!response.indicatesSuccess()) {
      ErrorObject error = response.toErrorResponse().getErrorObject();
      throw new Denied(
          "The identity provider did not accept the sign-in (" + code(error) + ")." + AGAIN);
    }
    return told(provider, response.toSuccessResponse().getTokens().toOIDCTokens(), nonce);
  }

  private Told told(Known provider, OIDCTokens tokens, @Nullable Nonce nonce)
      throws Unavailable, Denied {
    AccessToken access = tokens.getAccessToken();
    String refresh = tokens.getRefreshToken() == null ? null : tokens.getRefreshToken().getValue();
    Instant until = time.instant().plusSeconds(Math.max(0, access.getLifetime()));
    JWT idToken = tokens.getIDToken();
    if (idToken == null) {
      return new Told(null, Map.of(), until, refresh, null);
    }
    try {
      var valid = provider.validator.validate(idToken, nonce);
      Map<String, Object> claims = new HashMap<>(valid.toJWTClaimsSet().getClaims());
      String subject = valid.getSubject().getValue();
      if (!registration.rules().isComplete(claims)) {
        userInfo(provider.metadata, access, subject).forEach(claims::putIfAbsent);
      }
      Instant expires = valid.getExpirationTime().toInstant();
      return new Told(
          subject,
          claims,
          refresh == null || access.getLifetime() <= 0 ? expires : until,
          refresh,
          idToken.getParsedString());
    } catch (JOSEException e) {
      throw Unavailable.of(e);
    } catch (BadJOSEException | ParseException e) {
      throw new Denied("The ID token is not valid for this service." + AGAIN);
    }
  }

  /** What the ID token leaves out. A provider may have none for these tokens, and then says so. */
  private Map<String, Object> userInfo(
      OIDCProviderMetadata metadata, AccessToken access, String subject)
      throws Unavailable, Denied {
    URI endpoint = metadata.getUserInfoEndpointURI();
    if (endpoint == null) {
      return Map.of();
    }
    try {
      HTTPResponse response = send(new UserInfoRequest(require(endpoint), access));
      if (List.of(401, 403, 404).contains(response.getStatusCode())) {
        return Map.of();
      }
      UserInfo info = UserInfoResponse.parse(response).toSuccessResponse().getUserInfo();
      if (info == null || !info.getSubject().getValue().equals(subject)) {
        throw new Denied("The identity provider answered about another user." + AGAIN);
      }
      return info.toJSONObject();
    } catch (IOException | ParseException | ClassCastException e) {
      throw Unavailable.of(e);
    }
  }

  /** Takes a refresh token back, if the provider can; nothing depends on it. */
  void revoke(String refresh) {
    OIDCProviderMetadata metadata = ifKnown();
    URI endpoint = metadata == null ? null : metadata.getRevocationEndpointURI();
    if (metadata == null || endpoint == null) {
      return;
    }
    RefreshToken token = new RefreshToken(refresh);
    ClientAuthentication secret = secret(metadata);
    try {
      send(
          secret == null
              ? new TokenRevocationRequest(require(endpoint), client(), token)
              : new TokenRevocationRequest(require(endpoint), secret, token));
    } catch (IOException | Unavailable e) {
      // It expires by itself.
    }
  }

  private @Nullable ClientAuthentication secret(OIDCProviderMetadata metadata) {
    if (registration.clientSecret() == null) {
      return null;
    }
    Secret secret = new Secret(registration.clientSecret());
    List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
    return methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
        ? new ClientSecretBasic(client(), secret)
        : new ClientSecretPost(client(), secret);
  }

  /** Says only what the standards name: an error is a word. */
  static String code(@Nullable ErrorObject error) {
    String code = error == null ? null : error.getCode();
    return code == null || !code.matches("[a-z_]{1,60}") ? "error" : code;
  }

  private HTTPResponse send(Request request) throws Unavailable {
    var wanted = request.toHTTPRequest();
    HttpRequest.Builder sent = HttpRequest.newBuilder(wanted.getURI());
    wanted.getHeaderMap().forEach((name, values) -> values.forEach(one -> sent.header(name, one)));
    String body = wanted.getBody();
    sent.method(
        wanted.getMethod().name(),
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    try {
      ProviderHttp.Answer answer = http.send(sent.build());
      HTTPResponse response = new HTTPResponse(answer.status());
      if (!answer.contentType().isEmpty()) {
        response.setContentType(answer.contentType());
      }
      response.setBody(answer.body());
      return response;
    } catch (IOException | ParseException | IllegalArgumentException e) {
      throw Unavailable.of(e);
    }
  }
}
