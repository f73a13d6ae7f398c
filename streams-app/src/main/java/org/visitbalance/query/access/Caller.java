package org.visitbalance.query.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request.
 *
 * @param tenants the tenants that the caller may see; null for all
 * @param authenticated whether the caller has been authenticated
 */
public record Caller(String user, Role role, @Nullable Set<String> tenants, boolean authenticated) {
  /** The only user of a service that is reachable from its own machine only. */
  public static final Caller LOCAL = new Caller("local", Role.ADMIN, null, false);

  /** Returns whether the caller may see a tenant. */
  public boolean maySee(String tenant) {
    return tenants == null || tenants.contains(tenant);
  }

  /** Returns whether the caller has a role. */
  public boolean is(Role wanted) {
    return role.compareTo(wanted) >= 0;
  }
}
