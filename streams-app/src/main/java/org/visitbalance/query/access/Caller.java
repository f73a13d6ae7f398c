package org.visitbalance.query.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks.
 *
 * @param tenants those that the caller may see; null: all of them
 * @param authenticated whether anybody has looked who it is
 */
public record Caller(String user, Role role, @Nullable Set<String> tenants, boolean authenticated) {
  /** The one user of a service that only its own machine can reach. */
  public static final Caller LOCAL = new Caller("local", Role.ADMIN, null, false);

  /** Whether the caller may see a tenant. */
  public boolean maySee(String tenant) {
    return tenants == null || tenants.contains(tenant);
  }

  /** Whether the caller has a role. */
  public boolean is(Role wanted) {
    return role.compareTo(wanted) >= 0;
  }
}
