package org.visitbalance.query.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who is asking. */
final class MeRoute implements Route {
  static final Set<String> PARAMS = Set.of();

  private final Tenants tenants;

  MeRoute(Tenants tenants) {
    this.tenants = tenants;
  }

  @Override
  public void answer(Call call) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("user", call.caller().user());
    body.put("roles", call.caller().role().words());
    body.put("tenants", tenants.known(call.caller()));
    body.put("allTenants", call.caller().tenants() == null);
    body.put("authenticated", call.caller().authenticated());
    call.answer(body);
  }
}
