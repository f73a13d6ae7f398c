package org.visitbalance.query.signin;

import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.Caller;

/**
 * People sign in with their browsers: the authorization code flow of OpenID Connect with PKCE. What
 * a session is made of is in the browser's cookie, sealed, so any instance can answer.
 */
public final class SignIn {
  /** The most characters that a sealed session may have. */
  public static final int LONGEST = 7_200;

  private static final String ATTEMPT = "sign-in";
  private static final String SESSION = "session";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** A provider that can be asked is asked at least this often whether the user still may. */
  private static final Duration CHECK = Duration.ofMinutes(15);

  /** A session is renewed this long before it has to be. */
  private static final Duration AHEAD = Duration.ofSeconds(20);

  private static final String NOT_OURS =
      "This sign-in was not started in this browser, or it took longer than 10 minutes. Sign in"
          + " again.";

  private static final String OVER = "Your session has ended. Sign in again.";

  private final Registration registration;
  private final Provider provider;
  private final Seal seal;
  private final InstantSource time;
  private final KnownSessions known = new KnownSessions();

  public SignIn(Registration registration, InstantSource time) {
    this.registration = registration;
    this.time = time;
    this.provider = new Provider(registration, time);
    this.seal = new Seal(registration.key());
  }

  public Registration registration() {
    return registration;
  }

  /**
   * A sign-in that has begun.
   *
   * @param address where to send the browser
   * @param state names the attempt
   * @param sealed what the browser has to bring back
   */
  public record Begun(URI address, String state, String sealed) {}

  /**
   * Begins a sign-in.
   *
   * @param to the view to go to afterwards
   */
  public Begun begin(@Nullable String to) throws Unavailable {
    OIDCProviderMetadata metadata = provider.known().metadata();
    State state = new State();
    Nonce nonce = new Nonce();
    CodeVerifier verifier = new CodeVerifier();
    URI address =
        new AuthenticationRequest.Builder(
                ResponseType.CODE,
                new Scope(registration.scope().toArray(String[]::new)),
                provider.client(),
                registration.redirect())
            .endpointURI(metadata.getAuthorizationEndpointURI())
            .state(state)
            .nonce(nonce)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .build()
            .toURI();
    Attempt attempt =
        new Attempt(
            state.getValue(),
            nonce.getValue(),
            verifier.getValue(),
            view(to),
            time.instant().plus(PATIENCE));
    return new Begun(address, state.getValue(), seal.close(ATTEMPT, attempt.values()));
  }

  /** Nothing but a view of the page itself. */
  private static String view(@Nullable String to) {
    return to != null && to.matches("#/[\\x21-\\x7e]{0,1500}") ? to : "";
  }

  /**
   * A finished sign-in.
   *
   * @param to the view to go to; empty for the usual one
   */
  public record Finished(Session session, String to) {}

  /**
   * Finishes a sign-in with what the provider sent along with the browser.
   *
   * @param kept what the browser kept, by the state
   */
  public Finished finish(Map<String, List<String>> params, UnaryOperator<@Nullable String> kept)
      throws Unavailable, Denied {
    List<String> states = params.getOrDefault("state", List.of());
    Attempt attempt = states.size() == 1 ? attempt(states.get(0), kept) : null;
    if (attempt == null) {
      throw new Denied(NOT_OURS);
    }
    AuthenticationResponse response = response(params);
    Provider.Told told =
        provider.exchange(
            response.toSuccessResponse().getAuthorizationCode(),
            new CodeVerifier(attempt.verifier()),
            new Nonce(attempt.nonce()));
    Instant end = time.instant().plus(registration.longest());
    Session session = session(new State().getValue(), told, null, end);
    known.saw(session);
    return new Finished(session, attempt.to());
  }

  private @Nullable Attempt attempt(String state, UnaryOperator<@Nullable String> kept) {
    String sealed = kept.apply(state);
    Map<String, Object> values = sealed == null ? null : seal.open(ATTEMPT, sealed);
    if (values == null) {
      return null;
    }
    try {
      Attempt attempt = Attempt.of(values);
      boolean isGood = attempt.state().equals(state) && attempt.until().isAfter(time.instant());
      return isGood ? attempt : null;
    } catch (java.text.ParseException e) {
      return null;
    }
  }

  /** The response, if it is of this provider (RFC 9207) and has a code. */
  private AuthenticationResponse response(Map<String, List<String>> params)
      throws Unavailable, Denied {
    try {
      AuthenticationResponse response =
          AuthenticationResponseParser.parse(registration.redirect(), params);
      OIDCProviderMetadata metadata = provider.known().metadata();
      boolean isItsOwn =
          response.getIssuer() == null
              ? !metadata.supportsAuthorizationResponseIssuerParam()
              : response.getIssuer().equals(metadata.getIssuer());
      if (!isItsOwn) {
        throw new Denied("The answer is not from the identity provider. Sign in again.");
      } else if (!response.indicatesSuccess()) {
        throw new Denied(
            "The identity provider did not sign you in ("
                + Provider.code(response.toErrorResponse().getErrorObject())
                + "). Sign in again.");
      } else if (response.toSuccessResponse().getAuthorizationCode() == null) {
        throw new Denied(NOT_OURS);
      }
      return response;
    } catch (ParseException e) {
      throw new Denied(NOT_OURS);
    }
  }

  private Session session(String id, Provider.Told told, @Nullable Session before, Instant end)
      throws Denied {
    String refresh = told.refresh();
    String idToken = told.idToken();
    if (before != null) {
      refresh = refresh == null ? before.refresh() : refresh;
      idToken = idToken == null ? before.idToken() : idToken;
    }
    Instant check = time.instant().plus(CHECK);
    Instant until = refresh != null && told.until().isAfter(check) ? check : told.until();
    Instant good = until.isAfter(end) ? end : until;
    String subject = told.subject();
    if (before != null && subject == null) {
      return new Session(id, before.caller(), before.subject(), good, end, refresh, idToken);
    }
    Caller caller = registration.rules().caller(told.claims(), Caller.Way.SESSION);
    return new Session(id, caller, String.valueOf(subject), good, end, refresh, idToken);
  }

  /** Returns a session as the browser keeps it. */
  public String seal(Session session) throws Denied {
    String sealed = seal.close(SESSION, session.values());
    if (sealed.length() > LONGEST) {
      sealed = seal.close(SESSION, session.withoutIdToken().values());
    }
    if (sealed.length() > LONGEST) {
      throw new Denied(
          "The identity provider's tokens are too large for a cookie. Ask its administrator to put"
              + " fewer claims into them.");
    }
    return sealed;
  }

  /**
   * A session that is good now.
   *
   * @param renewed what the browser has to keep instead; null: what it has
   */
  public record Current(Session session, @Nullable String renewed) {}

  /**
   * Returns the session that a browser keeps, if it is still good. One that has to be renewed is
   * renewed now, once, however many requests of its browser come at the same time.
   *
   * @throws Denied if there is none, or it is over
   * @throws Unavailable if it has to be renewed and the provider does not answer
   */
  public Current current(String sealed) throws Unavailable, Denied {
    Session session = opened(sealed);
    if (session == null || known.isEnded(session) || !session.endsAt().isAfter(time.instant())) {
      throw new Denied(OVER);
    }
    boolean isGood = session.goodUntil().isAfter(time.instant());
    if (session.goodUntil().minus(AHEAD).isAfter(time.instant())
        || (isGood && session.refresh() == null)) {
      known.saw(session);
      return new Current(session, null);
    } else if (session.refresh() == null) {
      throw new Denied(OVER);
    }
    try {
      Session next = known.renewed(session, this::renewed);
      return new Current(next, seal(next));
    } catch (Unavailable e) {
      if (isGood) {
        return new Current(session, null);
      }
      throw e;
    }
  }

  private @Nullable Session opened(String sealed) {
    Map<String, Object> values = seal.open(SESSION, sealed);
    try {
      return values == null ? null : Session.of(values);
    } catch (java.text.ParseException e) {
      return null;
    }
  }

  private Session renewed(Session session) throws Unavailable, Denied {
    if (known.isEnded(session)) {
      throw new Denied(OVER);
    }
    try {
      Provider.Told told = provider.renew(String.valueOf(session.refresh()));
      if (told.subject() != null && !told.subject().equals(session.subject())) {
        throw new Denied("The identity provider answered about another user. Sign in again.");
      }
      return session(session.id(), told, session, session.endsAt());
    } catch (Denied e) {
      known.end(session, time.instant());
      throw e;
    }
  }

  /** Returns whether a session, or what it was renewed to, is still good. */
  public boolean isGood(Session session) {
    return known.isGood(session, time.instant());
  }

  /**
   * Ends a session here.
   *
   * @return where to send the browser, so that it is signed out of the provider too
   */
  public URI end(String sealed) {
    Session session = opened(sealed);
    if (session == null) {
      return registration.home();
    }
    known.end(session, time.instant());
    String refresh = known.newest(session).refresh();
    if (refresh != null) {
      var unused = CompletableFuture.runAsync(() -> provider.revoke(refresh));
    }
    OIDCProviderMetadata metadata = provider.ifKnown();
    URI endpoint = metadata == null ? null : metadata.getEndSessionEndpointURI();
    return endpoint == null
        ? registration.home()
        : new LogoutRequest(
                endpoint, hint(session), null, provider.client(), registration.home(), null, null)
            .toURI();
  }

  private static @Nullable JWT hint(Session session) {
    try {
      return session.idToken() == null ? null : JWTParser.parse(session.idToken());
    } catch (java.text.ParseException e) {
      return null;
    }
  }
}
