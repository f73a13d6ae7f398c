package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.embedded.EmbeddedBroker;

/** The command topics on a cluster; each story has an installation of its own there. */
@Tag("slow")
class TopicsCommandTest {
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.temporary(0);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void aFreshClusterGetsAllTopicsAndASecondRunHasNothingToDo() throws Exception {
    Program.Ran first = topics("fresh.");

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out()).contains("fresh.emr.visits ").endsWith("28 topics: 28 created\n");
    assertThat(names("fresh.")).hasSize(28);
    assertThat(partitions("fresh.emr.visits")).isEqualTo(6);
    assertThat(partitions("fresh.balancing.clock")).isEqualTo(6);
    assertThat(config("fresh.billing.charges", "cleanup.policy")).isEqualTo("delete");
    assertThat(config("fresh.billing.charges", "retention.ms")).isEqualTo("-1");
    assertThat(config("fresh.billing.charges", "message.timestamp.type"))
        .isEqualTo("LogAppendTime");
    assertThat(config("fresh.balancing.clock", "retention.ms")).isEqualTo("3600000");
    assertThat(config("fresh.balancing.clock", "segment.ms")).isEqualTo("3600000");
    assertThat(config("fresh.balancing.clock", "message.timestamp.type"))
        .isEqualTo("LogAppendTime");
    assertThat(config("fresh.billing.charges", "segment.ms"))
        .as("as the broker has it")
        .isEqualTo(Long.toString(Long.MAX_VALUE));
    assertThat(config("fresh.balancing.balances", "cleanup.policy")).isEqualTo("compact");

    Program.Ran second = topics("fresh.");

    assertThat(second.exit()).isZero();
    assertThat(second.out()).endsWith("28 topics: all as they should be; nothing to do\n");
  }

  @Test
  void topicsThatComeAndGoMeanwhileFailNothing() throws Exception {
    topics("race.", "--partitions", "1");
    AtomicBoolean over = new AtomicBoolean();
    Thread other =
        new Thread(
            () -> {
              while (!over.get()) {
                try {
                  admin.deleteTopics(List.of("race.emr.notes")).all().get();
                } catch (Exception e) {
                  // It is not there.
                }
                try {
                  admin
                      .createTopics(List.of(new NewTopic("race.emr.notes", 1, (short) 1)))
                      .all()
                      .get();
                } catch (Exception e) {
                  // It is there.
                }
              }
            });
    other.start();
    try {
      for (int i = 0; i < 40; i++) {
        Program.Ran ran = topics("race.", "--dry-run");
        assertThat(ran.exit()).as(ran.err()).isLessThan(2);
      }
    } finally {
      over.set(true);
      other.join();
    }
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    Program.Ran ran = topics("dry.", "--dry-run", "--partitions", "3");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("dry\\.emr\\.visits +would be created +3 partitions")
        .endsWith("28 topics: 28 would be created (dry run: nothing was changed)\n");
    assertThat(names("dry.")).isEmpty();
  }

  @Test
  void whatHasDriftedIsShownAndMendedAndOnlyThat() throws Exception {
    topics("drift.", "--partitions", "1");
    set("drift.emr.visits", "retention.ms", "86400000");
    set("drift.emr.visits", "segment.ms", "7200000");
    set("drift.balancing.balances", "cleanup.policy", "delete");

    Program.Ran dry = topics("drift.", "--dry-run");

    assertThat(dry.exit()).isEqualTo(1);
    assertThat(dry.out())
        .contains("    retention.ms: is 86400000, would be -1\n")
        .contains("    cleanup.policy: is delete, would be compact\n")
        .doesNotContain("segment.ms")
        .endsWith(
            "28 topics: 26 as they should be, 2 would be changed (dry run: nothing was changed)\n");
    assertThat(config("drift.emr.visits", "retention.ms")).isEqualTo("86400000");

    Program.Ran ran = topics("drift.");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("    retention.ms: was 86400000, is now -1\n")
        .endsWith("28 topics: 26 as they should be, 2 changed\n");
    assertThat(config("drift.emr.visits", "retention.ms")).isEqualTo("-1");
    assertThat(config("drift.emr.visits", "segment.ms")).isEqualTo("7200000");
    assertThat(config("drift.balancing.balances", "cleanup.policy")).isEqualTo("compact");
    assertThat(topics("drift.").out()).endsWith("nothing to do\n");
  }

  @Test
  void anotherNumberOfPartitionsOrReplicasIsShownAndNeverGiven() throws Exception {
    topics("grow.", "--partitions", "2");

    Program.Ran ran = topics("grow.", "--partitions", "3");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("grow\\.emr\\.visits +DIFFERS +2 partitions, 1 replica\n")
        .contains("    partitions: is 2, should be 3\n")
        .containsOnlyOnce("the records of one key would be in two partitions")
        .endsWith("28 topics: 18 as they should be, 10 must be fixed by hand\n");
    assertThat(partitions("grow.emr.visits")).isEqualTo(2);

    Program.Ran copies = topics("grow.", "--replication", "3");

    assertThat(copies.exit()).isEqualTo(1);
    assertThat(copies.out())
        .contains("    replicas: is 1, should be 3\n")
        .contains("kafka-reassign-partitions");
  }

  @Test
  void aTopicThatIsMissingGetsAsManyPartitionsAsTheOthers() throws Exception {
    create("lost.", 2, "emr.visits", "emr.notes", "emr.transmissions", "billing.charges");

    Program.Ran ran = topics("lost.");

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(partitions("lost.billing.rejections")).isEqualTo(2);
    assertThat(partitions("lost.balancing.clock")).isEqualTo(2);
  }

  @Test
  void whileTopicsOfFactsDisagreeNoneIsMadeBesideThem() throws Exception {
    create("mixed.", 2, "emr.visits", "emr.notes");
    create("mixed.", 3, "emr.transmissions");

    Program.Ran ran = topics("mixed.");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .contains("    partitions: is 3, should be 2\n")
        .containsPattern("mixed\\.balancing\\.clock +MISSING")
        .contains("not created while they differ");
    assertThat(names("mixed."))
        .contains("mixed.balancing.balances")
        .doesNotContain("mixed.balancing.clock", "mixed.billing.charges");
  }

  @Test
  void whatTheClusterRefusesIsSaid() {
    Program.Ran ran = topics("refused.", "--replication", "3", "--dry-run");

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err())
        .contains("the cluster at " + broker.bootstrapServers())
        .contains("did not create the topic refused.emr.visits")
        .hasLineCount(1);
  }

  @Test
  void whenNobodyAnswersItSaysWhereAndWhatToDo(@TempDir Path folder) throws IOException {
    Program.Ran ran = Program.run("topics", "--config", nobody(folder));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("visit-balance: the cluster at 127.0.0.1:1 did not describe the topics")
        .contains("check that Kafka is running there")
        .hasLineCount(1);
  }

  @Test
  void anAddressThatIsNoneAndACountThatIsNoneAreRefusedAtOnce() {
    Program.Ran address = Program.run("topics", "--bootstrap", "nonsense");
    assertThat(address.exit()).isEqualTo(2);
    assertThat(address.err()).contains("nonsense").contains("correct --bootstrap").hasLineCount(1);

    assertThat(topics("", "--partitions", "0").err()).contains("--partitions must be at least 1");
    assertThat(Program.run("topics").err()).contains("use --bootstrap HOST:PORT");
  }

  /** A configuration of a cluster that is not there, and little patience. */
  static Path nobody(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("nobody.properties"),
        """
        bootstrap.servers=127.0.0.1:1
        request.timeout.ms=500
        default.api.timeout.ms=1000
        max.block.ms=1000
        """);
  }

  private static Program.Ran topics(String prefix, Object... more) {
    return Program.run(
        Stream.concat(
                Stream.of("topics", "--bootstrap", broker.bootstrapServers(), "--prefix", prefix),
                Stream.of(more))
            .toArray());
  }

  private static List<String> names(String prefix) throws Exception {
    return admin.listTopics().names().get().stream().filter(n -> n.startsWith(prefix)).toList();
  }

  private static void create(String prefix, int partitions, String... names) throws Exception {
    List<NewTopic> topics =
        Stream.of(names)
            .map(name -> new NewTopic(prefix + name, Optional.of(partitions), Optional.empty()))
            .toList();
    admin.createTopics(topics).all().get();
    await().until(() -> names(prefix).containsAll(topics.stream().map(NewTopic::name).toList()));
  }

  private static int partitions(String topic) throws Exception {
    return admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .get(topic)
        .partitions()
        .size();
  }

  private static String config(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
  }

  private static void set(String topic, String name, String value) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, topic),
                List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET))))
        .all()
        .get();
    await().until(() -> config(topic, name).equals(value));
  }
}
