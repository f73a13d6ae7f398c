package org.visitbalance.intake.sftp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A folder on an SFTP server whose files are fetched.
 *
 * @param name names the entry in messages and in the state
 * @param keyEnv the environment variable that holds the private key; the same with {@code _FILE}
 *     holds the name of a file with it
 * @param knownHosts a file of host keys, as OpenSSH writes it
 * @param match which files; {@code *} and {@code ?} as in a shell
 * @param every how often to look
 * @param into the folder to put the files into
 */
public record SftpEntry(
    String name,
    String host,
    int port,
    String user,
    String keyEnv,
    Path knownHosts,
    String remote,
    String match,
    Duration every,
    Path into,
    RemoteAfter remoteAfter) {
  private static final int USUAL_PORT = 22;
  private static final int LAST_PORT = 65_535;
  private static final String USUAL_EVERY = "PT10M";
  private static final Duration OFTEN = Duration.ofSeconds(1);
  private static final Duration SELDOM = Duration.ofDays(1);

  private static final Set<String> REQUIRED =
      Set.of("name", "host", "user", "keyEnv", "knownHosts", "remote", "into");

  private static final Set<String> OPTIONAL = Set.of("port", "match", "every", "remoteAfter");

  /**
   * Reads an entry of {@code sftp} in {@code intake.yaml}.
   *
   * @throws IllegalArgumentException if it cannot be used; the message says what is wrong
   */
  public static SftpEntry of(Map<String, ?> values) {
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(REQUIRED);
    unknown.removeAll(OPTIONAL);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "an entry of sftp has no " + String.join(", ", unknown) + "; check the spelling");
    }
    String name = text(values, "name");
    if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
      throw new IllegalArgumentException(
          "the name of an sftp entry must be up to 40 letters, digits, '-', and '_'");
    }
    return new SftpEntry(
        name,
        text(values, "host"),
        port(text(values, "port", Integer.toString(USUAL_PORT))),
        text(values, "user"),
        text(values, "keyEnv"),
        Path.of(text(values, "knownHosts")),
        text(values, "remote"),
        text(values, "match", "*"),
        every(text(values, "every", USUAL_EVERY)),
        Path.of(text(values, "into")),
        RemoteAfter.of(text(values, "remoteAfter", "KEEP")));
  }

  /** Returns what is missing on this machine to fetch files; null if nothing is. */
  public @Nullable String missing(Map<String, String> environment) {
    try {
      KeyPair unused = SftpKey.read(keyEnv, environment);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    return Files.isReadable(knownHosts)
        ? null
        : "there is no file " + knownHosts + " of known hosts";
  }

  private static String text(Map<String, ?> values, String name) {
    String text = text(values, name, "");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an entry of sftp needs " + name);
    }
    return text;
  }

  private static String text(Map<String, ?> values, String name, String usual) {
    Object value = values.get(name);
    return value == null || value.toString().isBlank() ? usual : value.toString().strip();
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > LAST_PORT) {
      throw new IllegalArgumentException("port must be from 1 to " + LAST_PORT + ", not " + text);
    }
    return Integer.parseInt(text);
  }

  private static Duration every(String text) {
    try {
      Duration every = Duration.parse(text);
      if (every.compareTo(OFTEN) >= 0 && every.compareTo(SELDOM) <= 0) {
        return every;
      }
    } catch (DateTimeParseException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(
        "every must be a time from PT1S to P1D, such as PT10M, not " + text);
  }
}
