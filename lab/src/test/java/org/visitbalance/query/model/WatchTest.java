package org.visitbalance.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.cli.SharedInstallation;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.ServiceProperties;

/** Who cannot see how far things are says so, and why. */
@Timeout(120)
@Tag("slow")
class WatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static SharedInstallation here;

  @BeforeAll
  static void start() {
    here = SharedInstallation.get();
  }

  private static Watch watch(Database database, Map<String, Object> clients) {
    return new Watch(
        database,
        clients,
        here.serdes(),
        "",
        ServiceProperties.applicationId(""),
        Map::of,
        InstantSource.system());
  }

  /** After ten seconds in which nothing moves it looks less often. */
  @Test
  void itDoesNotCallItselfWellBetweenLooksThatFail() throws InterruptedException {
    try (Database database = Database.temporary();
        Watch watch = watch(database, here.clients())) {
      database.jdbi().useHandle(handle -> handle.execute("alter table read_offset rename to away"));
      watch.start();
      Patience.await("a failure", PATIENCE, () -> watch.failure() != null);
      for (int i = 0; i < 300; i++) {
        assertThat(watch.task().status().problem()).as("look %s", i).isNotNull();
        assertThat(watch.failure().side()).isEqualTo(Failure.Side.DATABASE);
        Thread.sleep(40);
      }

      database.jdbi().useHandle(handle -> handle.execute("alter table away rename to read_offset"));
      Patience.await("a look", PATIENCE, () -> watch.failure() == null);
      assertThat(watch.task().status().problem()).isNull();
    }
  }

  /** What goes on in the topology meanwhile does not move them. */
  @Test
  void tablesThatNobodyFillsStandUntilSomebodyDoes() {
    try (Database database = Database.temporary();
        Watch watch = watch(database, here.clients());
        Projector projector = new Projector(database, here.clients(), here.serdes(), "")) {
      watch.start();
      Patience.await("a look", PATIENCE, () -> watch.freshness().standsSince() != null);
      Instant since = watch.freshness().standsSince();
      long before = watch.freshness().lag();

      here.sendSomething();
      Patience.await("another", PATIENCE, () -> watch.freshness().lag() > before);
      assertThat(watch.freshness().standsSince()).isEqualTo(since);

      projector.start();
      Patience.await("nothing to stand", PATIENCE, () -> watch.freshness().standsSince() == null);
    }
  }

  @Test
  void kafkaIsTheReasonWhereItIsAway() {
    try (Database database = Database.temporary();
        Watch watch = watch(database, away())) {
      watch.start();
      Patience.await("a failure", PATIENCE, () -> watch.failure() != null);

      assertThat(watch.failure().side()).isEqualTo(Failure.Side.KAFKA);
      assertThat(watch.failure().said()).startsWith("TimeoutException: ");
    }
  }

  /** Three questions a second about thirty topics were most of what an idle watch cost. */
  @Test
  void theTopicsThatItWatchesAreKnownToItsClient() throws Exception {
    try (Database database = Database.temporary();
        Watch watch = watch(database, here.clients())) {
      Freshness begun = watch.freshness();
      watch.start();
      Patience.await("a look", PATIENCE, () -> !watch.freshness().equals(begun));

      long before = questionsAboutTopics();
      Thread.sleep(5_000);
      assertThat(questionsAboutTopics() - before).isLessThan(8);
    }
  }

  /** What the brokers of this process have been asked about topics, by anybody. */
  private static long questionsAboutTopics() throws Exception {
    return ManagementFactory.getPlatformMBeanServer()
        .queryNames(
            new ObjectName(
                "kafka.network:type=RequestMetrics,name=RequestsPerSec,request=Metadata,*"),
            null)
        .stream()
        .mapToLong(WatchTest::count)
        .sum();
  }

  private static long count(ObjectName name) {
    try {
      return (long) ManagementFactory.getPlatformMBeanServer().getAttribute(name, "Count");
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A cluster that does not answer, and is not waited for. */
  private static Map<String, Object> away() {
    Map<String, Object> away = new HashMap<>(here.clients());
    away.put("bootstrap.servers", "127.0.0.1:1");
    away.put("default.api.timeout.ms", "1000");
    away.put("request.timeout.ms", "900");
    return away;
  }
}
