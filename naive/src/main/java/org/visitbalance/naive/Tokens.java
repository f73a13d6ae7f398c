package org.visitbalance.naive;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Section 9: the names that outputs use instead of ids. */
record Tokens(String key, boolean reveal) {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  /** How a visit or an open note is named in the files. */
  String shown(String tenant, String patientKey, String name) {
    return reveal ? name : token(tenant, patientKey, name);
  }

  String token(String tenant, String patientKey, String name) {
    return hash(tenant + "|" + patientKey + "|" + name);
  }

  /** Of a discrepancy; what a level does not have is an empty text. */
  String discrepancyId(
      String tenant, String level, String kind, String location, String date, String token) {
    return hash(String.join("|", tenant, level, kind, location, date, token));
  }

  private String hash(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] digest = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      // 26 characters of 5 bits are the first 130 of the 256 bits.
      BigInteger bits = new BigInteger(1, digest).shiftRight(256 - 130);
      StringBuilder token = new StringBuilder();
      for (int i = 25; i >= 0; i--) {
        token.append(BASE32.charAt(bits.shiftRight(5 * i).intValue() & 31));
      }
      return token.toString();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
