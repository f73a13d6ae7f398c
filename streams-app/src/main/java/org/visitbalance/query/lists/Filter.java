package org.visitbalance.query.lists;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Reason;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/** A query parameter that narrows a list; without a value it changes nothing. */
public interface Filter {
  /** Its name. */
  String param();

  /** Adds its condition to a query, beginning with {@code and}. */
  void narrow(RequestContext call, Sql sql);

  /**
   * What a list leaves out although nobody has asked for that: a sentence for whoever gets it as a
   * file; null if nothing.
   */
  default @Nullable String unasked(RequestContext call) {
    return null;
  }

  /** The same filter, which says what it leaves out unasked. */
  default Filter leavingOut(Function<RequestContext, @Nullable String> sentence) {
    Filter same = this;
    return new Filter() {
      @Override
      public String param() {
        return same.param();
      }

      @Override
      public void narrow(RequestContext call, Sql sql) {
        same.narrow(call, sql);
      }

      @Override
      public @Nullable String unasked(RequestContext call) {
        return sentence.apply(call);
      }
    };
  }

  /** Any of some texts. */
  static Filter texts(String param, String column) {
    return of(param, (call, sql) -> sql.in(column, call.params().texts(param)));
  }

  /** Any of some of the allowed ones. */
  static Filter symbols(String param, String column, String... allowed) {
    return symbols(param, column, List.of(allowed));
  }

  /** Any of some of the allowed ones. */
  static Filter symbols(String param, String column, Collection<String> allowed) {
    List<String> all = List.copyOf(allowed);
    return of(param, (call, sql) -> sql.in(column, call.params().symbols(param, all)));
  }

  /** Any of some reasons, and of other symbols. */
  static Filter reasons(String param, String column, String... others) {
    return symbols(
        param,
        column,
        Stream.concat(
                Stream.of(Reason.values()).filter(one -> one != Reason.UNKNOWN).map(Reason::name),
                Stream.of(others))
            .toList());
  }

  /** A day or a later one. */
  static Filter from(String param, String column) {
    return of(
        param,
        (call, sql) -> {
          LocalDate day = call.params().day(param);
          if (day != null) {
            sql.add(" and " + column + " >= ?", day);
          }
        });
  }

  /** A day or an earlier one. */
  static Filter to(String param, String column) {
    return of(
        param,
        (call, sql) -> {
          LocalDate day = call.params().day(param);
          if (day != null) {
            sql.add(" and " + column + " <= ?", day);
          }
        });
  }

  /** Accepts a time or a later one. */
  static Filter since(String param, String column) {
    return of(
        param,
        (call, sql) -> {
          Instant moment = call.params().moment(param);
          if (moment != null) {
            sql.add(" and " + column + " >= ?", moment.atOffset(ZoneOffset.UTC));
          }
        });
  }

  /** Accepts an earlier time. */
  static Filter until(String param, String column) {
    return of(
        param,
        (call, sql) -> {
          Instant moment = call.params().moment(param);
          if (moment != null) {
            sql.add(" and " + column + " < ?", moment.atOffset(ZoneOffset.UTC));
          }
        });
  }

  /** Anything else. */
  static Filter of(String param, BiConsumer<RequestContext, Sql> narrow) {
    return new Filter() {
      @Override
      public String param() {
        return param;
      }

      @Override
      public void narrow(RequestContext call, Sql sql) {
        narrow.accept(call, sql);
      }
    };
  }
}
