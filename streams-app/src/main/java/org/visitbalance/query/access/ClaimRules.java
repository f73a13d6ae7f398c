package org.visitbalance.query.access;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which claims of a verified token say who the caller is and what the caller may do. Dots in a
 * claim's name lead into nested objects.
 *
 * @param user the claim with the name that is written to the access log
 * @param roles the claim with the roles
 * @param tenants the claim with the tenants; a list or a single string, {@code *} for all
 * @param locations the claim with the locations; a list or a single string, {@code *} for all
 * @param isLocationRequired whether a token without the claim of locations is refused; otherwise
 *     its caller sees all locations
 */
public record ClaimRules(
    String user, String roles, String tenants, String locations, boolean isLocationRequired) {
  private static final String ASK = " Ask the administrator of your identity provider.";
  private static final String ALL = "*";

  /** Returns whether claims say all that is needed. */
  public boolean isComplete(Map<String, Object> claims) {
    return Stream.of(user, roles, tenants).allMatch(name -> find(claims, name) != null)
        && (!isLocationRequired || find(claims, locations) != null);
  }

  /**
   * Returns the caller that verified claims are about.
   *
   * @throws Authenticator.Denied if something is missing
   */
  public Caller caller(Map<String, Object> claims, Caller.Way way) throws Authenticator.Denied {
    Object name = find(claims, user);
    if (!(name instanceof String text) || text.isBlank()) {
      throw new Authenticator.Denied("The token names no user (" + user + ")." + ASK);
    }
    Role role = null;
    for (String word : texts(claims, roles, "[ ,]+")) {
      Role one = Role.of(word);
      role = one != null && (role == null || one.compareTo(role) > 0) ? one : role;
    }
    Set<String> permitted = new HashSet<>(texts(claims, tenants, "[ ,]+"));
    if (role == null || permitted.isEmpty()) {
      throw new Authenticator.Denied(
          "The token has no role (viewer, worker or admin, in "
              + roles
              + ") or no tenant (in "
              + tenants
              + ")."
              + ASK);
    }
    return new Caller(text, role, orAll(permitted), places(claims), way);
  }

  /** A claim that is there limits the caller, even if nothing can be read from it. */
  private @Nullable Set<String> places(Map<String, Object> claims) throws Authenticator.Denied {
    if (find(claims, locations) == null && !isLocationRequired) {
      return null;
    }
    Set<String> permitted = new TreeSet<>(texts(claims, locations, " *, *"));
    permitted.removeIf(String::isBlank);
    if (permitted.isEmpty()) {
      throw new Authenticator.Denied("The token has no location (in " + locations + ")." + ASK);
    }
    return orAll(permitted);
  }

  private static @Nullable Set<String> orAll(Set<String> permitted) {
    return permitted.contains(ALL) ? null : Set.copyOf(permitted);
  }

  private static Collection<String> texts(
      Map<String, Object> claims, String path, String separator) {
    Object value = find(claims, path);
    if (value instanceof Collection<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    return value instanceof String text ? List.of(text.split(separator, -1)) : List.of();
  }

  private static @Nullable Object find(Map<String, Object> claims, String path) {
    Object value = claims.get(path);
    if (value == null) {
      value = claims;
      for (String name : path.split("\\.", -1)) {
        value = value instanceof Map<?, ?> map ? map.get(name) : null;
      }
    }
    return value;
  }
}
