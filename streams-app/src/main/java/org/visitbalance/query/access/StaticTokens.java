package org.visitbalance.query.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sha256;

/**
 * Accepts tokens from a file, for small installations. A line is {@code SHA256 USER ROLE
 * TENANT,...}. The file has the hash of each token in hexadecimal, not the token itself; {@code *}
 * means all tenants. Empty lines and lines that start with {@code #} are ignored.
 */
public final class StaticTokens implements Authenticator {
  private static final int PARTS = 4;

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

  private static final String SHAPE = "SHA256-OF-TOKEN USER viewer|worker|admin TENANT,...|*";

  private static void add(Map<String, Caller> callers, String[] parts, String where) {
    Role role = parts.length == PARTS ? Role.of(parts[2]) : null;
    if (role == null || !parts[0].matches("[0-9a-fA-F]{64}")) {
      throw new IllegalArgumentException(where + ": is not " + SHAPE);
    }
    Set<String> tenants =
        parts[3].equals("*")
            ? null
            : Arrays.stream(parts[3].split(",")).collect(Collectors.toUnmodifiableSet());
    callers.put(
        parts[0].toLowerCase(java.util.Locale.ROOT), new Caller(parts[1], role, tenants, true));
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
