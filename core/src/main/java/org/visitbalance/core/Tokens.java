package org.visitbalance.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.LocalDate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Level;

/**
 * Names that reveal nothing without the key (rules.md#tokens): the first 26 characters of the
 * base32 of an HMAC-SHA256. Not thread-safe.
 */
public final class Tokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int LENGTH = 26;

  private final Mac mac;

  /**
   * Creates tokens with a key.
   *
   * @param key the key; not empty
   */
  public Tokens(String key) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }

  /** Returns the token of a visit, billing-only visit or note. */
  public String visit(String tenant, String patientKey, String name) {
    return token(tenant + "|" + patientKey + "|" + name);
  }

  /** Returns the id of a discrepancy; anything it lacks counts as an empty text. */
  public String discrepancy(
      String tenant,
      Level level,
      String kind,
      String location,
      @Nullable LocalDate date,
      @Nullable String visitToken) {
    return token(
        String.join(
            "|",
            tenant,
            level.name(),
            kind,
            location,
            date == null ? "" : date.toString(),
            visitToken == null ? "" : visitToken));
  }

  private String token(String text) {
    byte[] hash = mac.doFinal(text.getBytes(UTF_8));
    char[] token = new char[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      int bit = i * 5;
      int pair = (hash[bit >> 3] & 0xFF) << 8 | (hash[(bit >> 3) + 1] & 0xFF);
      token[i] = BASE32.charAt(pair >> (11 - (bit & 7)) & 31);
    }
    return new String(token);
  }
}
