package org.visitbalance.query.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sha256;
import org.visitbalance.query.access.Authenticator;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;

/**
 * The one user of an installation on one machine: whoever can read its access token. A browser is
 * let in by an address with a code that works once, so that no token stays in its history. Sessions
 * are sealed with the token, and outlive the process.
 */
public final class OneUser implements Authenticator {
  /** Where a browser brings a code, as the parameter {@code code}. */
  public static final String PATH = "/sign-in/once";

  private static final String NAME = "local";
  private static final String HMAC = "HmacSHA256";
  private static final int BYTES = 32;
  private static final int PARTS = 3;
  private static final int MOST_CODES = 100;
  private static final Duration CODE = Duration.ofMinutes(10);
  private static final Duration SESSION = Duration.ofDays(30);

  private final String token;
  private final InstantSource time;
  private final SecureRandom random = new SecureRandom();

  /** When each code that was not used ends. */
  private final Map<String, Instant> codes = new HashMap<>();

  private final Set<String> ended = new HashSet<>();

  /**
   * Creates the user.
   *
   * @param token the access token: at least 32 random bytes as text
   */
  public OneUser(String token, InstantSource time) {
    this.token = token;
    this.time = time;
  }

  /** Returns the user as the caller of a request. */
  public static Caller caller(Caller.Way way) {
    return new Caller(NAME, Role.ADMIN, null, null, way);
  }

  @Override
  public Caller caller(@Nullable String sent) throws Denied {
    // Compared by hash: how long it takes says nothing about the token.
    if (sent == null || !isSame(Sha256.hex(sent), Sha256.hex(token))) {
      throw new Denied(
          "The access token is missing or wrong. It is in the file access-token of the data"
              + " folder.");
    }
    return caller(Caller.Way.TOKEN);
  }

  /** Returns a new code. */
  public synchronized String code() {
    Instant now = time.instant();
    codes.values().removeIf(end -> end.isBefore(now));
    if (codes.size() >= MOST_CODES) {
      codes.clear();
    }
    String code = randomText();
    codes.put(code, now.plus(CODE));
    return code;
  }

  /** Returns a new session for a code; null if the code is not good, or was used before. */
  public synchronized @Nullable String session(@Nullable String code) {
    Instant now = time.instant();
    Instant end = code == null ? null : codes.remove(code);
    if (end == null || end.isBefore(now)) {
      return null;
    }
    String about = now.plus(SESSION).getEpochSecond() + "." + randomText();
    return about + "." + seal(about);
  }

  /** Returns whether a session is one of this user's, and has not ended. */
  public synchronized boolean isGood(String session) {
    String[] parts = session.split("\\.", -1);
    return parts.length == PARTS
        && isSame(seal(parts[0] + "." + parts[1]), parts[2])
        && Instant.ofEpochSecond(Long.parseLong(parts[0])).isAfter(time.instant())
        && !ended.contains(parts[1]);
  }

  /** Ends a session. */
  public synchronized void end(String session) {
    if (isGood(session)) {
      ended.add(session.split("\\.", -1)[1]);
    }
  }

  private String randomText() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private String seal(String about) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(token.getBytes(UTF_8), HMAC));
      return HexFormat.of().formatHex(mac.doFinal(("session " + about).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
  }
}
