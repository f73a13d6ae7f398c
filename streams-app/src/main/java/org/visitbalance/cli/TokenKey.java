package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Tokens;
import org.visitbalance.ingest.InputException;
import org.visitbalance.output.VisitIds;
import org.visitbalance.platform.Sha256;

/**
 * The key of the tokens that stand for visits: contract.md#token-key. A key that others know or can
 * guess is refused: anyone who has it and a list of account numbers can trace tokens back to
 * visits.
 */
public final class TokenKey {
  /** The value of {@code --token-key}: a new key for this run, which is not kept. */
  public static final String RANDOM = "random";

  private static final int BYTES = 32;
  private static final int LEAST_DIFFERENT = 8;
  private static final int LONGEST_PERIOD = 32;
  private static final String MAKE_ONE = Invocation.name() + " token-key makes one";

  /** Words whose hashes are no secret, with and without a line break at the end. */
  private static final List<String> WORDS =
      List.of(
          "",
          "a",
          "1",
          "abc",
          "test",
          "foo",
          "key",
          "token",
          "secret",
          "password",
          "passw0rd",
          "changeme",
          "admin",
          "hello",
          "hello world",
          "visit-balance",
          "visit-balance-one-shot");

  private TokenKey() {}

  /** Returns a new key: 64 hexadecimal digits. */
  public static String generate() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * Returns the key of a run without a service: the one that is set, or the one of this user, which
   * is made at the first use.
   *
   * @param option the value of {@code --token-key}; null: not given
   * @param notes is told where a key was made
   * @throws InputException if the key cannot be used
   */
  public static String ofOneShot(@Nullable String option, Consumer<String> notes) {
    if (option != null) {
      if (!option.equals(RANDOM)) {
        throw new InputException(
            "the only value of --token-key is random; set a key of your own with "
                + Setting.TOKEN_KEY.variable());
      }
      return generate();
    }
    String given = new Environment(System.getenv(), Map.of()).get(Setting.TOKEN_KEY);
    if (given != null) {
      require(given, Setting.TOKEN_KEY.variable());
      return given;
    }
    KeptKey kept = KeptKey.ofThisUser(System.getenv(), System.getProperty("user.home", ""));
    String key = kept.get(notes);
    require(key, "the token key in " + kept.file());
    return key;
  }

  /**
   * Returns the key of a service, which must be the one that made its tokens.
   *
   * @param why why the key is needed
   * @param newest returns the newest record of the topic that leads from tokens to visits; null if
   *     there is none or it may not be read
   * @param warnings is told of a key that would be refused in a new installation
   * @throws InputException if the key is not set or cannot be used
   */
  public static String ofInstallation(
      Environment environment,
      String why,
      Supplier<@Nullable VisitIds> newest,
      Consumer<String> warnings) {
    String key = environment.get(Setting.TOKEN_KEY);
    if (key == null) {
      throw new InputException(
          "set "
              + Setting.TOKEN_KEY.variable()
              + " or "
              + Setting.TOKEN_KEY.property()
              + ": "
              + why
              + "; "
              + MAKE_ONE);
    }
    VisitIds entry = newest.get();
    if (entry == null) {
      require(key, Setting.TOKEN_KEY.variable());
      return key;
    }
    String token = new Tokens(key).visit(entry.getTenant(), entry.getPatientKey(), entry.getName());
    if (!token.equals(entry.getVisit())) {
      throw new InputException(
          Setting.TOKEN_KEY.variable()
              + " is not the key of this installation: its newest token was made with another key."
              + " Set that key. To change keys, see docs/contract.md, \"The token key\"");
    }
    String problem = problem(key);
    if (problem != null) {
      warnings.accept(
          Setting.TOKEN_KEY.variable()
              + " "
              + problem
              + "; tokens of this installation can be traced back to visits. Change the key as"
              + " docs/contract.md, \"The token key\", describes");
    }
    return key;
  }

  private static void require(String key, String name) {
    String problem = problem(key);
    if (problem != null) {
      throw new InputException(name + " " + problem + "; " + MAKE_ONE);
    }
  }

  /** Returns what is wrong with a key, without showing the key, or null if nothing is wrong. */
  static @Nullable String problem(String key) {
    if (!isHex(key) && !isBase64(key)) {
      return "must be 64 or more hexadecimal digits, or "
          + BYTES
          + " or more random bytes in base64";
    } else if (key.chars().distinct().count() < LEAST_DIFFERENT) {
      return "has fewer than " + LEAST_DIFFERENT + " different characters";
    } else if (isSample(key)) {
      return "is a well-known sample";
    }
    return null;
  }

  private static boolean isHex(String key) {
    return key.length() >= 2 * BYTES && isHexDigits(key);
  }

  private static boolean isHexDigits(String key) {
    return key.matches("[0-9a-fA-F]+");
  }

  /** Hexadecimal digits are never read as base64, because they hold half the randomness. */
  private static boolean isBase64(String key) {
    if (isHexDigits(key)) {
      return false;
    }
    try {
      byte[] bytes =
          key.indexOf('-') >= 0 || key.indexOf('_') >= 0
              ? Base64.getUrlDecoder().decode(key)
              : Base64.getDecoder().decode(key);
      return bytes.length >= BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether a key repeats itself, counts up or down, or is the hash of a plain word. */
  private static boolean isSample(String key) {
    for (int period = 1; period <= LONGEST_PERIOD; period++) {
      if (key.substring(period).equals(key.substring(0, key.length() - period))) {
        return true;
      }
    }
    String small = key.toLowerCase(Locale.ROOT);
    return isCounting(bytes(key))
        || WORDS.stream()
            .flatMap(word -> Stream.of(word, word + "\n"))
            .map(Sha256::hex)
            .anyMatch(small::startsWith);
  }

  private static byte[] bytes(String key) {
    if (isHex(key) && key.length() % 2 == 0) {
      return HexFormat.of().parseHex(key);
    }
    return key.indexOf('-') >= 0 || key.indexOf('_') >= 0 || isHex(key)
        ? key.getBytes(UTF_8)
        : Base64.getDecoder().decode(key);
  }

  private static boolean isCounting(byte[] bytes) {
    int step = (byte) (bytes[1] - bytes[0]);
    for (int i = 1; i < bytes.length; i++) {
      if ((byte) (bytes[i] - bytes[i - 1]) != step) {
        return false;
      }
    }
    return true;
  }
}
