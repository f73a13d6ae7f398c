package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.service.Access;
import org.visitbalance.topology.Topics;

/** What the command topics prints for others to create, without a cluster. */
class PrintedAccessTest {
  @Test
  void strimziGetsEachTopicAndEachRuleOfEachUser() {
    Program.Ran ran =
        Program.run("topics", "--format", "strimzi", "--prefix", "T_1.", "--replication", "3");

    assertThat(ran.exit()).as(ran.err()).isZero();
    List<String> resources = List.of(ran.out().replaceFirst("^---\n", "").split("---\n", -1));
    assertThat(resources).hasSize(Topics.ALL.size() + Access.values().length);
    assertThat(resources.get(0))
        .startsWith("apiVersion: kafka.strimzi.io/v1\nkind: KafkaTopic\n")
        .contains("  name: \"t-1.emr.visits\"\n", "    strimzi.io/cluster: \"kafka\"\n")
        .contains("  topicName: \"T_1.emr.visits\"\n  partitions: 6\n  replicas: 3\n")
        .contains("    retention.ms: \"-1\"\n");
    Iterator<String> users = resources.listIterator(Topics.ALL.size());
    for (Access user : Access.values()) {
      String resource = users.next();
      assertThat(resource)
          .contains("kind: KafkaUser\n", "  name: \"t-1.visit-balance-" + user.id() + "\"\n");
      List<String> rules = new ArrayList<>();
      for (Access.Rule rule : user.rules()) {
        for (String name : rule.names()) {
          rules.add("name: \"T_1." + name + "\"");
        }
      }
      assertThat(resource.lines().map(String::strip).filter(line -> line.startsWith("name: \"T_")))
          .containsExactlyElementsOf(rules);
      boolean isTransactional =
          user.rules().stream().anyMatch(one -> one.resource() == ResourceType.TRANSACTIONAL_ID);
      assertThat(resource.contains("type: transactionalId\n")).isEqualTo(isTransactional);
    }
  }

  @Test
  void onlyTheNamedUsersArePrintedUnderTheirNames() {
    Program.Ran ran =
        Program.run("topics", "--acls", "--prefix", "t.", "--principal", "audit=User:CN=au dit");

    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out().lines().filter(line -> line.startsWith("kafka-acls.sh")))
        .singleElement()
        .asString()
        .startsWith(
            "kafka-acls.sh $KAFKA --add --allow-principal 'User:CN=au dit' --operation Read"
                + " --topic t.emr.visits --topic t.emr.notes ");
  }

  @ParameterizedTest
  @CsvSource({
    "--acls, --principal=nobody=User:x, there is no user nobody",
    "--dry-run, --principal=serve=User:x, --principal needs --acls",
    "--acls, --format=strimzi, leave out --acls",
  })
  void whatDoesNotGoTogetherIsSaid(String one, String other, String complaint) {
    Program.Ran ran = Program.run("topics", one, other);

    assertThat(ran.exit()).isEqualTo(ExitStatus.UNUSABLE);
    assertThat(ran.err()).contains(complaint);
  }
}
