package org.visitbalance.query.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;

/** A query has the rows that its caller may see. */
class ScopeTest {
  private static final Scope DOWNTOWN =
      Scope.of(new Caller("dora", Role.VIEWER, null, Set.of("DTN", "O'Hare"), Caller.Way.TOKEN));

  private static List<String> locations(Scope scope, String from) {
    try (Handle handle = Jdbi.create("jdbc:h2:mem:").open()) {
      handle.execute("create table visit (tenant varchar, location varchar)");
      handle.execute(
          "insert into visit values ('T1', 'DTN'), ('T1', 'NBR'), ('T1', null), ('T2', 'DTN'),"
              + " ('T1', 'O''Hare')");
      return new Sql(scope)
          .add("select ? || location from " + from + " where tenant = ? order by 1", "at ", "T1")
          .on(handle)
          .mapTo(String.class)
          .list();
    }
  }

  @Test
  void aTableInBracesHasTheRowsOfTheCaller() {
    assertThat(locations(DOWNTOWN, "{visit}")).containsExactly("at DTN", "at O'Hare");
    assertThat(locations(DOWNTOWN, "{visit v}")).containsExactly("at DTN", "at O'Hare");
    assertThat(locations(Scope.ALL, "{visit v}")).hasSize(4);
    assertThat(locations(DOWNTOWN, "{*visit v}")).hasSize(4);
  }

  @Test
  void aTableCannotBeNamedWithoutBraces() {
    for (String from : List.of("visit", "visit v", "visit_ids i join visit v", "{nothing}")) {
      assertThatThrownBy(() -> locations(Scope.ALL, from))
          .as(from)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("a query names");
    }
  }
}
