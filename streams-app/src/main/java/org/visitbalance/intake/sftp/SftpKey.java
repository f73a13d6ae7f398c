package org.visitbalance.intake.sftp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The private key with which files are fetched: from an environment variable. */
final class SftpKey {
  private static final String FILE = "_FILE";

  private SftpKey() {}

  /**
   * Reads a key.
   *
   * @throws IllegalArgumentException if there is none or it cannot be used; the message has nothing
   *     of it
   */
  static KeyPair read(String variable, Map<String, String> environment) {
    String text = text(variable, environment);
    List<KeyPair> keys = new ArrayList<>();
    try {
      Iterable<KeyPair> found =
          SecurityUtils.loadKeyPairIdentities(
              null,
              NamedResource.ofName(variable),
              new ByteArrayInputStream(text.getBytes(UTF_8)),
              null);
      if (found != null) {
        found.forEach(keys::add);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Its message may have some of the key.
    }
    if (keys.size() != 1) {
      throw new IllegalArgumentException(
          variable
              + " is not one private key of RSA or ECDSA without a passphrase, as"
              + " 'ssh-keygen -t rsa -b 4096' makes it");
    }
    return keys.get(0);
  }

  private static String text(String variable, Map<String, String> environment) {
    String text = environment.get(variable);
    if (text != null && !text.isBlank()) {
      // Some systems cannot set a variable of several lines.
      return text.replace("\\n", "\n").strip() + "\n";
    }
    String file = environment.get(variable + FILE);
    if (file == null || file.isBlank()) {
      throw new IllegalArgumentException(
          "set " + variable + " to the private key, or " + variable + FILE + " to its file");
    }
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          variable + FILE + ": the file " + file + " cannot be read", e);
    }
  }
}
