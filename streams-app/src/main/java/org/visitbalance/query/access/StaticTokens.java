package org.visitbalance.query.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sha256;

/**
 * Accepts tokens from a file, for small installations. A line is {@code SHA256 USER ROLE TENANT,...
 * LOCATION,...}. The file has the hash of each token in hexadecimal, not the token itself; {@code
 * *} means all, and so do locations that are left out. In the name of a location, {@code %20} is a
 * space and {@code %2C} a comma. Empty lines and lines that start with {@code #} are ignored.
 */
public final class StaticTokens implements Authenticator {
  private static final int LEAST_PARTS = 4;
  private static final int MOST_PARTS = 5;

  private final Map<String, Caller> callers;

  private StaticTokens(Map<String, Caller> callers) {
    this.callers = callers;
  }

  /**
   * Reads a file of tokens.
   *
   * @throws IllegalArgumentException if a line is invalid or the file has no token; the message
   *     names the line without its content
   */
  public static StaticTokens read(Path file) {
    Map<String, Caller> callers = new HashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the file of tokens " + file + " cannot be read", e);
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        add(callers, line.split("\\s+", -1), file + ", line " + (i + 1));
      }
    }
    if (callers.isEmpty()) {
      throw new IllegalArgumentException(file + " has no token; a line is " + SHAPE);
    }
    return new StaticTokens(callers);
  }

  private static final String SHAPE =
      "SHA256-OF-TOKEN USER viewer|worker|admin TENANT,...|* [LOCATION,...|*]";

  private static void add(Map<String, Caller> callers, String[] parts, String where) {
    boolean hasShape =
        parts.length >= LEAST_PARTS
            && parts.length <= MOST_PARTS
            && parts[0].matches("[0-9a-fA-F]{64}");
    Role role = hasShape ? Role.of(parts[2]) : null;
    if (role == null) {
      throw new IllegalArgumentException(where + ": is not " + SHAPE);
    }
    Set<String> tenants = names(parts[3]).map(Set::copyOf).orElse(null);
    Set<String> locations =
        parts.length < MOST_PARTS
            ? null
            : names(parts[4])
                .map(names -> names.stream().map(name -> decoded(name, where)))
                .map(names -> names.collect(Collectors.toUnmodifiableSet()))
                .orElse(null);
    callers.put(
        parts[0].toLowerCase(Locale.ROOT),
        new Caller(parts[1], role, tenants, locations, Caller.Way.TOKEN));
  }

  /** Returns the names in a list; nothing where it means all. */
  private static Optional<List<String>> names(String list) {
    List<String> names = Arrays.stream(list.split(",")).filter(one -> !one.isEmpty()).toList();
    return names.equals(List.of("*")) ? Optional.empty() : Optional.of(names);
  }

  private static String decoded(String name, String where) {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          where + ": a location has a % that is not followed by two hexadecimal digits", e);
    }
  }

  /** Returns whether a token is in the file. */
  public boolean knows(String token) {
    return callers.containsKey(Sha256.hex(token));
  }

  @Override
  public Caller caller(@Nullable String token) throws Denied {
    if (token == null) {
      throw new Denied("Send an access token in the header 'Authorization: Bearer TOKEN'.");
    }
    // Looked up by hash: how long it takes says nothing about any token.
    Caller caller = callers.get(Sha256.hex(token));
    if (caller == null) {
      throw new Denied("The token is not valid. Ask your administrator for a new one.");
    }
    return caller;
  }
}
