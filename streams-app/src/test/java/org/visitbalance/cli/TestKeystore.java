package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/** Makes keystores as an administrator does, with keytool. */
public final class TestKeystore {
  private TestKeystore() {}

  /**
   * Makes a PKCS #12 file with a key of this host and its certificate.
   *
   * @param host how its certificate names the host, such as {@code ip:127.0.0.1}
   */
  public static void make(Path file, String password, String alias, String host)
      throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=" + host,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor()).isZero();
  }
}
