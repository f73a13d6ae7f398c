package org.visitbalance.query.lists;

import static org.visitbalance.query.model.Column.Type.MOMENT;
import static org.visitbalance.query.model.Column.Type.TEXT;
import static org.visitbalance.query.model.Column.Type.WHOLE;

import java.time.LocalDate;
import java.time.ZoneOffset;
import org.visitbalance.query.model.Tables;
import org.visitbalance.query.request.Order;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** The files that intake received, those that stand refused first. */
public final class FileList {
  private static final String[] STATES = {
    "RECEIVED", "READ", "DONE", "QUARANTINED", "REPLACED", "GIVEN_UP"
  };
  private static final String[] SOURCES = {"FOLDER", "SFTP", "UPLOAD"};
  private static final Order NEWEST = Order.down("received_at", MOMENT);
  private static final Order KEY = Order.up("record_key", TEXT);

  private FileList() {}

  public static final Listing FILES =
      Listing.of(Tables.RECEIVED_FILE, "received_file where tenant = ? and sha256 <> ''")
          .narrowed(
              Filter.symbols("state", "state", STATES),
              Filter.symbols("source", "source", SOURCES),
              Filter.texts("entry", "entry"),
              Filter.of("from", (call, sql) -> day(call, sql, "from", " >= ?", 0)),
              Filter.of("to", (call, sql) -> day(call, sql, "to", " < ?", 1)))
          .sorted(
              "work",
              Order.up("case when state = 'QUARANTINED' then 0 else 1 end", WHOLE),
              NEWEST,
              KEY)
          .sorted("-receivedAt", NEWEST, KEY)
          .sorted("name", Order.up("name", TEXT), NEWEST, KEY)
          .sorted("-dead", Order.down("dead", WHOLE), NEWEST, KEY);

  /** The days are those of the receipt, in the time zone of the company. */
  private static void day(RequestContext call, Sql sql, String param, String than, int more) {
    LocalDate day = call.params().day(param);
    if (day != null) {
      sql.add(
          " and received_at" + than,
          day.plusDays(more)
              .atStartOfDay(call.settings().zone())
              .toInstant()
              .atOffset(ZoneOffset.UTC));
    }
  }
}
