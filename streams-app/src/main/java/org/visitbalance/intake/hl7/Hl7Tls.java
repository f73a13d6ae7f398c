package org.visitbalance.intake.hl7;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keys and trusted certificates of a connection.
 *
 * @param keystore with the certificate and the key of this side; null for none
 * @param truststore with the certificates that the other side's must come from; null: those of Java
 */
public record Hl7Tls(
    @Nullable Path keystore,
    @Nullable String keystorePassword,
    @Nullable Path truststore,
    @Nullable String truststorePassword) {
  static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * Returns what makes connections.
   *
   * @throws IllegalArgumentException if a keystore cannot be used
   */
  public SSLContext context() {
    try {
      KeyManager[] keys = null;
      if (keystore != null) {
        char[] password = letters(keystorePassword);
        KeyManagerFactory factory =
            KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(load(keystore, password), password);
        keys = factory.getKeyManagers();
      }
      TrustManager[] trusted = null;
      if (truststore != null) {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(load(truststore, letters(truststorePassword)));
        trusted = factory.getTrustManagers();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trusted, null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "a keystore cannot be used; check its path and its password", e);
    }
  }

  private static char[] letters(@Nullable String password) {
    return password == null ? new char[0] : password.toCharArray();
  }

  private static KeyStore load(Path file, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password);
    }
    return store;
  }
}
