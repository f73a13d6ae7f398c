package org.visitbalance.query.lists;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.TenantDirectory;

/** Who is asking. */
final class MeRoute implements RequestHandler {
  static final Set<String> PARAMS = Set.of();

  private final TenantDirectory tenants;

  MeRoute(TenantDirectory tenants) {
    this.tenants = tenants;
  }

  @Override
  public void answer(RequestContext call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("user", call.caller().user());
    body.put("roles", call.caller().role().words());
    body.put("tenants", tenants.known(call.caller()));
    body.put("allTenants", call.caller().tenants() == null);
    body.put("authenticated", call.caller().authenticated());
    call.answer(body);
  }
}
