package org.visitbalance.query.lists;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.TenantDirectory;

/** Who is asking. */
public final class MeRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of();

  private final TenantDirectory tenants;

  public MeRoute(TenantDirectory tenants) {
    this.tenants = tenants;
  }

  @Override
  public void answer(RequestContext call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("user", call.caller().user());
    body.put("roles", call.caller().role().words());
    body.put("tenants", tenants.known(call.caller()));
    body.put("allTenants", call.caller().tenants() == null);
    body.put("locations", locations(call.caller().locations()));
    body.put("authenticated", call.caller().authenticated());
    body.put("session", call.caller().way() == Caller.Way.SESSION);
    call.answer(body);
  }

  private static @Nullable List<String> locations(@Nullable Set<String> some) {
    return some == null ? null : some.stream().sorted().toList();
  }
}
