package org.visitbalance.query.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request.
 *
 * @param tenants the tenants that the caller may see; null for all
 * @param locations the locations that the caller may see, in each of these tenants; null for all
 * @param way how the caller was authenticated
 */
public record Caller(
    String user,
    Role role,
    @Nullable Set<String> tenants,
    @Nullable Set<String> locations,
    Way way) {
  /** How callers are authenticated. */
  public enum Way {
    /** Not at all. */
    NONE,
    /** By a token in the request. */
    TOKEN,
    /** By the session of a browser. */
    SESSION
  }

  /** The only user of a service that is reachable from its own machine only. */
  public static final Caller LOCAL = new Caller("local", Role.ADMIN, null, null, Way.NONE);

  /** Returns whether the caller has been authenticated. */
  public boolean authenticated() {
    return way != Way.NONE;
  }

  /** Returns whether the caller may see a tenant. */
  public boolean maySee(String tenant) {
    return tenants == null || tenants.contains(tenant);
  }

  /** Returns whether the caller may see a location of a tenant. */
  public boolean maySeeLocation(String location) {
    return locations == null || locations.contains(location);
  }

  /** Returns whether the caller may see a whole company, with all of its locations. */
  public boolean seesAllLocations() {
    return locations == null;
  }

  /** Returns whether the caller has a role. */
  public boolean is(Role wanted) {
    return role.compareTo(wanted) >= 0;
  }
}
