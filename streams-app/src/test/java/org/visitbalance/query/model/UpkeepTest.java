package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UpkeepTest {
  private static final TopicPartition FACTS = new TopicPartition("emr.visits", 0);

  @Test
  void theIndexesAreMadeWhateverIsSentMeanwhile() throws SQLException {
    try (Database database = Database.temporary()) {
      AtomicBoolean isPresent = new AtomicBoolean();
      Upkeep upkeep = new Upkeep(database, () -> 0, isPresent::get);
      upkeep.begin(Map.of(FACTS, 100L));
      assertThat(toMake(database)).isGreaterThan(20);

      assertThat(look(upkeep, 50, 200)).as("what was there at the begin is missing").isFalse();
      assertThat(look(upkeep, 100, 300)).as("the topology has read, and still judges").isFalse();
      isPresent.set(true);
      assertThat(look(upkeep, 150, 400)).as("its outputs are missing").isFalse();
      assertThat(look(upkeep, 399, 500)).isFalse();
      assertThat(toMake(database)).isGreaterThan(20);

      assertThat(look(upkeep, 400, 600)).isTrue();
      assertThat(toMake(database)).isZero();
    }
  }

  private static boolean look(Upkeep upkeep, long stored, long sent) throws SQLException {
    assertThat(upkeep.look(Map.of(FACTS, stored), Map.of(FACTS, sent))).isEqualTo(sent - stored);
    return upkeep.isWhole();
  }

  private static int toMake(Database database) {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("select count(*) from index_to_make")
                    .mapTo(Integer.class)
                    .one());
  }
}
