package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** After a first fill, people ask while indexes are made. */
class ReplanningTest {
  private static final int ROUNDS = 150;

  @Test
  void aQuestionIsAnsweredWhileIndexesAreMade() {
    try (Database database = Database.temporary()) {
      AtomicBoolean isOver = new AtomicBoolean();
      CompletableFuture<Integer> asked =
          CompletableFuture.supplyAsync(
              () -> {
                int asks = 0;
                while (!isOver.get()) {
                  // A text of its own, so that it is planned anew.
                  String sql =
                      "select count(*) from discrepancy where tenant = ? and kind <> 'K%d'"
                          .formatted(asks++);
                  int none =
                      database
                          .jdbi()
                          .withHandle(
                              handle ->
                                  handle.createQuery(sql).bind(0, "T").mapTo(Integer.class).one());
                  assertThat(none).isZero();
                }
                return asks;
              });
      for (int i = 0; i < ROUNDS && !asked.isDone(); i++) {
        for (int index = 0; index < 10; index++) {
          String name = "of_this_test_" + index;
          database
              .jdbi()
              .useHandle(
                  handle -> {
                    handle.execute("create index " + name + " on discrepancy (tenant, kind)");
                    handle.execute("drop index " + name);
                  });
        }
      }
      isOver.set(true);

      assertThat(asked.join()).isGreaterThan(ROUNDS);
    }
  }
}
