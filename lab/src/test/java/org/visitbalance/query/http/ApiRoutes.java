package org.visitbalance.query.http;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.visitbalance.query.settings.WhatIf;
import org.visitbalance.query.settings.WhatIfDesk;

/** The routes as the service has them, for the tests of other packages. */
public final class ApiRoutes {
  private ApiRoutes() {}

  /** Method and path of each. */
  public static Set<String> all() {
    Set<String> routes = new TreeSet<>(parameters().keySet());
    for (String path :
        new String[] {
          "/api/v1/changes", "/api/v1/openapi.json", "/health/live", "/health/ready", "/metrics"
        }) {
      routes.add("get " + path);
    }
    return routes;
  }

  private static WhatIfDesk desk() {
    WhatIf none = (proposed, moment, from, progress) -> Map.of();
    return new WhatIfDesk(none, null, null, Duration.ofSeconds(1), failure -> {});
  }

  /** The query parameters that each knows, by its method and path. */
  public static Map<String, Set<String>> parameters() {
    Map<String, Set<String>> parameters = new TreeMap<>();
    for (Endpoint endpoint :
        Api.endpoints(
            Jdbi.create("jdbc:h2:mem:none"), null, desk(), InstantSource.system(), null)) {
      parameters.put(
          endpoint.method().name().toLowerCase(Locale.ROOT) + " " + endpoint.path(),
          endpoint.params());
    }
    return parameters;
  }
}
