package org.visitbalance.query.http;

import io.javalin.http.HandlerType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.closes.ClosesRoute;
import org.visitbalance.query.commands.AnnotationsRoute;
import org.visitbalance.query.commands.FactsRoute;
import org.visitbalance.query.commands.FilesRoute;
import org.visitbalance.query.commands.RetryLettersRoute;
import org.visitbalance.query.commands.RevealRoute;
import org.visitbalance.query.commands.SearchRoute;
import org.visitbalance.query.decisions.DecisionSheet;
import org.visitbalance.query.decisions.DecisionsRoute;
import org.visitbalance.query.lists.AgeingRoute;
import org.visitbalance.query.lists.ChoicesRoute;
import org.visitbalance.query.lists.FileList;
import org.visitbalance.query.lists.ItemList;
import org.visitbalance.query.lists.ListRoute;
import org.visitbalance.query.lists.Listing;
import org.visitbalance.query.lists.Lists;
import org.visitbalance.query.lists.MatrixRoute;
import org.visitbalance.query.lists.MeRoute;
import org.visitbalance.query.lists.MoneyRoute;
import org.visitbalance.query.lists.NamesRoute;
import org.visitbalance.query.lists.OpenNotes;
import org.visitbalance.query.lists.OverviewRoute;
import org.visitbalance.query.lists.PeriodRoute;
import org.visitbalance.query.lists.ShownIds;
import org.visitbalance.query.lists.TrendsRoute;
import org.visitbalance.query.lists.VisitRoute;
import org.visitbalance.query.lists.WorkLists;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.RequestHandler;
import org.visitbalance.query.request.TenantDirectory;
import org.visitbalance.query.settings.MappingsRoute;
import org.visitbalance.query.settings.SettingsQuestions;
import org.visitbalance.query.settings.SettingsRoute;
import org.visitbalance.query.settings.SettingsVersions;
import org.visitbalance.query.settings.WhatIfDesk;

/** The paths of the API; the OpenAPI document has exactly these. */
final class Api {
  static final String ROOT = "/api/v1/";

  private Api() {}

  static List<Endpoint> endpoints(
      Jdbi jdbi,
      CommandPort commands,
      WhatIfDesk whatIf,
      InstantSource time,
      @Nullable Duration retention) {
    SettingsRoute settings = new SettingsRoute(jdbi, commands, time);
    FilesRoute files = new FilesRoute(commands);
    MappingsRoute mappings = new MappingsRoute(jdbi, commands, time);
    ShownIds ids = new ShownIds(commands, time);
    return List.of(
        new Endpoint(
            HandlerType.GET,
            ROOT + "me",
            Role.VIEWER,
            false,
            MeRoute.PARAMS,
            new MeRoute(new TenantDirectory(jdbi, commands))),
        Endpoint.get(ROOT + "overview", OverviewRoute.PARAMS, new OverviewRoute(jdbi, retention)),
        Endpoint.get(ROOT + "matrix", MatrixRoute.PARAMS, new MatrixRoute(jdbi)),
        Endpoint.get(ROOT + "trends", TrendsRoute.PARAMS, new TrendsRoute(jdbi)),
        new Endpoint(
            HandlerType.PUT,
            ROOT + "annotations",
            Role.WORKER,
            true,
            AnnotationsRoute.PARAMS,
            new AnnotationsRoute(jdbi, commands, time)),
        list(jdbi, "locations", Lists.LOCATIONS),
        Endpoint.get(ROOT + "names", NamesRoute.PARAMS, new NamesRoute(jdbi)),
        list(jdbi, "balances", Lists.BALANCES),
        Endpoint.get(ROOT + "money", MoneyRoute.PARAMS, new MoneyRoute(jdbi)),
        Endpoint.get(ROOT + "period", PeriodRoute.PARAMS, new PeriodRoute(jdbi)),
        Endpoint.list(
            ROOT + "period/items", route(jdbi, "period/items", ItemList.ITEMS).with(ids, "i")),
        list(jdbi, "period/providers", ItemList.PROVIDERS),
        Endpoint.list(ROOT + "visits", route(jdbi, "visits", Lists.VISITS).with(ids, "visit")),
        Endpoint.get(ROOT + "visits/{token}", VisitRoute.PARAMS, new VisitRoute(jdbi)),
        post(
            "visits/{token}/reveal",
            RevealRoute.PARAMS,
            true,
            new RevealRoute(jdbi, commands, time)),
        post("search", SearchRoute.PARAMS, true, new SearchRoute(jdbi, commands, time)),
        Endpoint.list(
            ROOT + "discrepancies",
            new ListRoute(jdbi, "discrepancies", WorkLists.DISCREPANCIES, DecisionSheet.BLANK)
                .with(ids, "d")),
        Endpoint.get(ROOT + "discrepancies/choices", ChoicesRoute.PARAMS, new ChoicesRoute(jdbi)),
        Endpoint.list(
            ROOT + "open-notes", route(jdbi, "open-notes", OpenNotes.of(retention)).with(ids, "i")),
        post("decisions", DecisionsRoute.PARAMS, true, new DecisionsRoute(jdbi, commands, time)),
        Endpoint.list(
            ROOT + "late-arrivals",
            route(jdbi, "late-arrivals", WorkLists.LATE_ARRIVALS).with(ids, "late_arrival")),
        Endpoint.get(ROOT + "late-arrivals/ageing", AgeingRoute.PARAMS, new AgeingRoute(jdbi)),
        Endpoint.list(
            ROOT + "unit-variances",
            route(jdbi, "unit-variances", Lists.UNIT_VARIANCES).with(ids, "unit_variance")),
        list(jdbi, "unit-variances/summary", Lists.UNIT_SUMMARY),
        list(jdbi, "cap-proposals", Lists.CAP_PROPOSALS).companyWide(),
        list(jdbi, "insights", Lists.INSIGHTS),
        Endpoint.get(ROOT + "settings", SettingsRoute.PARAMS, settings::show),
        new Endpoint(
                HandlerType.PUT,
                ROOT + "settings",
                Role.ADMIN,
                true,
                SettingsRoute.REPLACE_PARAMS,
                settings::replace)
            .companyWide(),
        Endpoint.get(
                ROOT + "settings/questions", SettingsQuestions.PARAMS, new SettingsQuestions(jdbi))
            .companyWide(),
        list(jdbi, "settings/history", SettingsVersions.HISTORY),
        Endpoint.get(
            ROOT + "settings/difference", SettingsRoute.DIFFERENCE_PARAMS, settings::difference),
        admin(HandlerType.POST, "settings/check", settings::check),
        admin(HandlerType.POST, "settings/revert", settings::revert),
        admin(HandlerType.POST, "settings/what-if", whatIf::ask),
        admin(HandlerType.GET, "settings/what-if/{id}", whatIf::show),
        admin(HandlerType.DELETE, "settings/what-if/{id}", whatIf::cancel),
        list(jdbi, "closes", Lists.CLOSES),
        post("closes", ClosesRoute.PARAMS, true, new ClosesRoute(jdbi, commands, time)),
        post("facts", FactsRoute.PARAMS, false, new FactsRoute(commands)).companyWide(),
        list(jdbi, "feeds", Lists.FEEDS),
        work(jdbi, "dead-letters", Lists.DEAD_LETTERS),
        work(jdbi, "dead-letters/records", Lists.DEAD_LETTER_RECORDS),
        work(jdbi, "files", FileList.FILES),
        post("files", FilesRoute.PARAMS, true, files).companyWide(),
        new Endpoint(
                HandlerType.GET,
                ROOT + "files/missing",
                Role.WORKER,
                true,
                FilesRoute.MISSING_PARAMS,
                files::missing)
            .companyWide(),
        files("files/accept-gap", FilesRoute.GAP_PARAMS, files::acceptGap),
        files("files/{sha}/again", FilesRoute.AGAIN_PARAMS, files::again),
        admin(HandlerType.GET, "files/again", files::readable),
        files("files/again", FilesRoute.AGAIN_PARAMS, files::againInZone),
        new Endpoint(
                HandlerType.GET,
                ROOT + "mappings",
                Role.ADMIN,
                true,
                MappingsRoute.SHOW_PARAMS,
                mappings::show)
            .companyWide(),
        new Endpoint(
                HandlerType.PUT,
                ROOT + "mappings",
                Role.ADMIN,
                true,
                MappingsRoute.REPLACE_PARAMS,
                mappings::replace)
            .companyWide(),
        admin(HandlerType.POST, "mappings/revert", mappings::revert),
        admin(HandlerType.GET, "mappings/history", mappings::history),
        new Endpoint(
                HandlerType.POST,
                ROOT + "dead-letters/retry",
                Role.ADMIN,
                true,
                RetryLettersRoute.PARAMS,
                new RetryLettersRoute(commands, time))
            .companyWide());
  }

  private static Endpoint list(Jdbi jdbi, String path, Listing listing) {
    return Endpoint.list(ROOT + path, route(jdbi, path, listing));
  }

  /** Returns a list of the whole company that requires the worker role. */
  private static Endpoint work(Jdbi jdbi, String path, Listing listing) {
    ListRoute route = route(jdbi, path, listing);
    return new Endpoint(
        HandlerType.GET, ROOT + path, Role.WORKER, true, true, route.params(), route);
  }

  /**
   * Returns a request about the settings or the files of a whole company that requires the admin
   * role.
   */
  private static Endpoint admin(HandlerType method, String path, RequestHandler route) {
    return new Endpoint(method, ROOT + path, Role.ADMIN, true, SettingsRoute.PARAMS, route)
        .companyWide();
  }

  /** Returns a request about files that requires the admin role. */
  private static Endpoint files(String path, Set<String> params, RequestHandler route) {
    return new Endpoint(HandlerType.POST, ROOT + path, Role.ADMIN, true, params, route)
        .companyWide();
  }

  private static ListRoute route(Jdbi jdbi, String path, Listing listing) {
    return new ListRoute(jdbi, path, listing);
  }

  private static Endpoint post(
      String path, Set<String> params, boolean isTenants, RequestHandler route) {
    return new Endpoint(HandlerType.POST, ROOT + path, Role.WORKER, isTenants, params, route);
  }
}
