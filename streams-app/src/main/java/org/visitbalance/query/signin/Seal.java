package org.visitbalance.query.signin;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import java.text.ParseException;
import java.util.Map;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and authenticates what a browser keeps for the service. Whoever has it can neither read
 * nor change it, nor use it for another purpose.
 */
final class Seal {
  private final SecretKey key;

  Seal(SecretKey key) {
    this.key = key;
  }

  String close(String purpose, Map<String, Object> values) {
    JWEObject sealed =
        new JWEObject(
            new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                .compressionAlgorithm(CompressionAlgorithm.DEF)
                .contentType(purpose)
                .build(),
            new Payload(values));
    try {
      sealed.encrypt(new DirectEncrypter(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("the key of sessions cannot be used", e);
    }
    return sealed.serialize();
  }

  /** Returns the values; null if the text is not sealed with this key for this purpose. */
  @Nullable Map<String, Object> open(String purpose, String text) {
    try {
      JWEObject sealed = JWEObject.parse(text);
      boolean isOurs =
          JWEAlgorithm.DIR.equals(sealed.getHeader().getAlgorithm())
              && EncryptionMethod.A256GCM.equals(sealed.getHeader().getEncryptionMethod())
              && purpose.equals(sealed.getHeader().getContentType());
      if (!isOurs) {
        return null;
      }
      sealed.decrypt(new DirectDecrypter(key));
      return sealed.getPayload().toJSONObject();
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return null;
    }
  }
}
