package org.visitbalance.query.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Authenticator.Denied;
import org.visitbalance.query.access.Caller;

/** The sessions of browsers, as requests bring them along. */
interface Sessions {
  /** Who a request is from, and whether that is still so later. */
  record Visitor(Caller caller, BooleanSupplier isGood) {}

  /**
   * Returns who a request is from; null if its browser has no session. A browser whose session is
   * over forgets it.
   */
  @Nullable Visitor visitor(Context http) throws Denied;

  /** Adds the routes by which sessions begin and end. */
  void register(RoutesConfig routes);

  /** Returns how a session begins: one of the values of {@code signIn} in the API. */
  String way();

  /** Returns what somebody without a session should do. */
  String advice();
}
