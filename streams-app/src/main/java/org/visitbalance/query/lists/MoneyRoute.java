package org.visitbalance.query.lists;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.lists.MoneySums.By;
import org.visitbalance.query.lists.MoneySums.Which;
import org.visitbalance.query.request.Params;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/**
 * What open discrepancies are worth, by day, location, payer, or reason. The payers of visits are
 * IDs, which are for workers.
 */
public final class MoneyRoute implements RequestHandler {
  public static final Set<String> PARAMS =
      Set.of("tenant", "by", "from", "to", "location", "payer", "format", "headers");
  private static final String PATH = "money";
  private static final int MOST_ROWS = 5_000;

  private final Jdbi jdbi;

  public MoneyRoute(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  @Override
  public void answer(RequestContext call) {
    Params params = call.params();
    String asked = params.symbol("by", Arrays.stream(By.values()).map(By::word).toList());
    By by = asked == null ? By.REASON : By.of(asked);
    List<String> payers = params.texts("payer");
    if ((by == By.PAYER || !payers.isEmpty()) && !call.caller().is(Role.WORKER)) {
      throw Problem.requires(Role.WORKER);
    }
    Which which =
        new Which(
            call.scope(),
            call.tenant(),
            call.today(),
            params.texts("location"),
            params.day("from"),
            params.day("to"),
            payers);
    String format = ListRoute.format(call);
    if (format.equals("json")) {
      call.answerFresh(body(which, by));
    } else {
      download(which, by, call, format);
    }
  }

  private Map<String, @Nullable Object> body(Which which, By by) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("by", by.word());
    body.put("soon", which.today().plusDays(MoneySums.SOON).toString());
    jdbi.useTransaction(
        handle -> {
          body.put("total", MoneySums.total(handle, which));
          List<Map<String, @Nullable Object>> rows = MoneySums.rows(handle, which, by);
          boolean more = rows.size() > MOST_ROWS;
          body.put("rows", more ? rows.subList(0, MOST_ROWS) : rows);
          body.put("more", more);
        });
    return body;
  }

  private void download(Which which, By by, RequestContext call, String format) {
    ListDownload file =
        new ListDownload(PATH, MoneySums.columns(by), List.of(), ListDownload.isForPeople(call));
    ListDownload.Source source =
        each -> jdbi.useTransaction(handle -> MoneySums.rows(handle, which, by).forEach(each));
    file.answer(call, format, source, List.of("Only what is open."));
  }
}
