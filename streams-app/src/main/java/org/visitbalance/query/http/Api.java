package org.visitbalance.query.http;

import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.visitbalance.query.access.Role;

/** The paths of the API; the OpenAPI document has exactly these. */
final class Api {
  static final String ROOT = "/api/v1/";

  private Api() {}

  static List<Endpoint> endpoints(Jdbi jdbi, Doors doors, InstantSource time) {
    SettingsRoute settings = new SettingsRoute(jdbi, doors, time);
    return List.of(
        new Endpoint(
            HandlerType.GET,
            ROOT + "me",
            Role.VIEWER,
            false,
            MeRoute.PARAMS,
            new MeRoute(new Tenants(jdbi))),
        Endpoint.get(ROOT + "overview", OverviewRoute.PARAMS, new OverviewRoute(jdbi)),
        Endpoint.get(ROOT + "matrix", MatrixRoute.PARAMS, new MatrixRoute(jdbi)),
        list(jdbi, "locations", Lists.LOCATIONS),
        list(jdbi, "balances", Lists.BALANCES),
        Endpoint.get(ROOT + "period", PeriodRoute.PARAMS, new PeriodRoute(jdbi)),
        list(jdbi, "period/items", ItemList.ITEMS),
        list(jdbi, "period/providers", ItemList.PROVIDERS),
        list(jdbi, "visits", Lists.VISITS),
        Endpoint.get(ROOT + "visits/{token}", VisitRoute.PARAMS, new VisitRoute(jdbi)),
        post("visits/{token}/reveal", RevealRoute.PARAMS, true, new RevealRoute(jdbi, doors, time)),
        Endpoint.list(
            ROOT + "discrepancies",
            new ListRoute(
                jdbi, "visit-balance-discrepancies", WorkLists.DISCREPANCIES, DecisionSheet.BLANK)),
        post("decisions", DecisionsRoute.PARAMS, true, new DecisionsRoute(jdbi, doors, time)),
        list(jdbi, "late-arrivals", WorkLists.LATE_ARRIVALS),
        Endpoint.get(ROOT + "late-arrivals/ageing", AgeingRoute.PARAMS, new AgeingRoute(jdbi)),
        list(jdbi, "unit-variances", Lists.UNIT_VARIANCES),
        list(jdbi, "unit-variances/summary", Lists.UNIT_SUMMARY),
        list(jdbi, "cap-proposals", Lists.CAP_PROPOSALS),
        Endpoint.get(ROOT + "settings", SettingsRoute.PARAMS, settings::show),
        new Endpoint(
            HandlerType.PUT,
            ROOT + "settings",
            Role.ADMIN,
            true,
            SettingsRoute.PARAMS,
            settings::replace),
        list(jdbi, "settings/history", Lists.SETTINGS_HISTORY),
        post("facts", FactsRoute.PARAMS, false, new FactsRoute(doors)),
        list(jdbi, "feeds", Lists.FEEDS),
        list(jdbi, "dead-letters", Lists.DEAD_LETTERS));
  }

  private static Endpoint list(Jdbi jdbi, String path, Listing listing) {
    return Endpoint.list(
        ROOT + path, new ListRoute(jdbi, "visit-balance-" + path.replace('/', '-'), listing));
  }

  private static Endpoint post(String path, Set<String> params, boolean isTenants, Route route) {
    return new Endpoint(HandlerType.POST, ROOT + path, Role.WORKER, isTenants, params, route);
  }
}
