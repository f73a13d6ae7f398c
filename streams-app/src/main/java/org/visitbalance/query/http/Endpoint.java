package org.visitbalance.query.http;

import io.javalin.http.HandlerType;
import java.util.Set;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.lists.ListRoute;
import org.visitbalance.query.request.RequestHandler;

/**
 * A path of the API. The OpenAPI document has exactly these.
 *
 * @param isCompanyWide whether it requires access to all locations of a company
 * @param params the query parameters that it knows
 * @param isTenants whether it is about one tenant; else the call's tenant is empty
 */
record Endpoint(
    HandlerType method,
    String path,
    Role role,
    boolean isTenants,
    boolean isCompanyWide,
    Set<String> params,
    RequestHandler route) {
  Endpoint(
      HandlerType method,
      String path,
      Role role,
      boolean isTenants,
      Set<String> params,
      RequestHandler route) {
    this(method, path, role, isTenants, false, params, route);
  }

  /** Returns the endpoint for those who may see a whole company. */
  Endpoint companyWide() {
    return new Endpoint(method, path, role, isTenants, true, params, route);
  }

  static Endpoint get(String path, Set<String> params, RequestHandler route) {
    return new Endpoint(HandlerType.GET, path, Role.VIEWER, true, params, route);
  }

  static Endpoint list(String path, ListRoute route) {
    return get(path, route.params(), route);
  }
}
