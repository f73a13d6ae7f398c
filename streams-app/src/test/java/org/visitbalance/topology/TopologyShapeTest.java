package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.junit.jupiter.api.Test;

/**
 * The topology's shape is looked at like code. Where a change is meant, run with {@code
 * -Dvisitbalance.golden.update} and look at what git says has changed.
 */
class TopologyShapeTest {
  private static final Path EXPECTED = Path.of("src", "test", "resources", "topology.txt");

  private static final TopologyOptions OPTIONS =
      new TopologyOptions(
          "",
          Service::serde,
          Service.TOKEN_KEY,
          1,
          Instant.EPOCH,
          TopologyOptions.RETENTION,
          false,
          TopologyOptions.DATES_PER_TICK,
          ProgressListener.NONE);

  @Test
  void itIsWhatWasLookedAt() throws IOException {
    String shape = sorted(BalancingTopology.of(OPTIONS).describe().toString());

    if (System.getProperty("visitbalance.golden.update") != null) {
      Files.writeString(EXPECTED, shape);
    }

    assertThat(shape).isEqualTo(Files.readString(EXPECTED));
  }

  @Test
  void everyProcessorStoreAndInternalTopicHasANameOfItsOwn() {
    Topology topology = BalancingTopology.of(OPTIONS);

    String shape = topology.describe().toString();

    // What Kafka Streams names itself ends with ten digits.
    assertThat(shape).doesNotContainPattern("[0-9]{10}").doesNotContain("KSTREAM", "KTABLE");
    assertThat(found("stores: \\[([^]]*)]", shape))
        .containsExactlyInAnyOrder(
            "patients",
            "before-commit",
            "before-commit-of-insights",
            "closes",
            "patient-list",
            "timers",
            "ledger",
            "settings",
            "feeds",
            "period-books",
            "period-discrepancies-said",
            "cap-books",
            "cap-proposals-said",
            "insight-books",
            "insights-said");
  }

  @Test
  void aPartitionsLedgerAndBooksAreOneTaskSoThatEachThreadGetsItsShareOfTheLedgers() {
    String shape = sorted(BalancingTopology.of(OPTIONS).describe().toString());

    // All facts about a patient and the ticks between them have to meet in one task.
    assertThat(shape)
        .contains(
            "(topics: [balancing.clock, balancing.decisions, billing.charges, billing.rejections, emr.notes,"
                + " emr.transmissions, emr.visits])");
    // Two more are the global stores of settings and feeds.
    assertThat(found("Sub-topology: ([0-9]+)", shape)).hasSize(3);
  }

  @Test
  void aPrefixStandsBeforeEveryTopicThatOthersSee() {
    TopologyOptions prefixed =
        new TopologyOptions(
            "acme.",
            Service::serde,
            Service.TOKEN_KEY,
            1,
            Instant.EPOCH,
            TopologyOptions.RETENTION,
            false,
            TopologyOptions.DATES_PER_TICK,
            ProgressListener.NONE);

    String shape = BalancingTopology.of(prefixed).describe().toString();

    // The API and dead-letters write the access log, the retries, annotations and mappings, alerts
    // and
    // intake what they did.
    List<Topic<?>> others =
        List.of(
            Topics.DEAD_LETTER_RETRIES,
            Topics.ANNOTATIONS,
            Topics.ACCESS_LOG,
            Topics.FILES,
            Topics.MAPPINGS,
            Topics.ALERTS_SAID,
            Topics.ALERT_LETTERS);
    OutputTopics.Names names = new OutputTopics.Names("acme.");
    RecordContext anyRecord = new ProcessorRecordContext(0, 0, 0, "any", new RecordHeaders());
    for (Topic<?> topic : Topics.ALL) {
      if (Topics.LEDGER_OUTPUTS.contains(topic)) {
        assertThat(names.extract("key", new TopicRecord(topic, null), anyRecord))
            .isEqualTo("acme." + topic.name());
      } else if (!others.contains(topic)) {
        assertThat(shape).contains("acme." + topic.name());
      }
    }
    assertThat(found("topics: \\[([^]]*)]", shape))
        .allMatch(topic -> topic.startsWith("acme.") || topic.endsWith("-repartition"));
  }

  @Test
  void theTopicsAreThoseOfTheContractAndKeptAsItSays() {
    List<String> facts =
        List.of(
            "emr.visits",
            "emr.notes",
            "emr.transmissions",
            "billing.charges",
            "billing.rejections",
            "balancing.decisions",
            "balancing.feeds",
            "balancing.settings",
            "balancing.mappings",
            "balancing.closes");
    List<String> latest =
        List.of(
            "balancing.balances",
            "balancing.items",
            "balancing.visits",
            "balancing.late-arrivals",
            "balancing.unit-variances",
            "balancing.cap-proposals",
            "balancing.insights",
            "balancing.period-discrepancies",
            "balancing.visit-discrepancies",
            "balancing.visit-ids",
            "balancing.dead-letter-retries",
            "balancing.annotations",
            "balancing.files",
            "balancing.alerts-said");

    assertThat(Topics.ALL)
        .extracting(Topic::name)
        .doesNotHaveDuplicates()
        .hasSize(facts.size() + latest.size() + 4)
        .containsAll(facts)
        .containsAll(latest)
        .contains("balancing.clock", "balancing.dead-letters", "balancing.access-log")
        .contains("balancing.alert-dead-letters");
    for (Topic<?> topic : Topics.ALL) {
      Map<String, String> configs = topic.keeping().configs();
      if (facts.contains(topic.name())) {
        assertThat(configs).as(topic.name()).isEqualTo(kept("delete", "-1", "LogAppendTime"));
      } else if (latest.contains(topic.name())) {
        assertThat(configs).as(topic.name()).containsEntry("cleanup.policy", "compact");
      } else if (topic.equals(Topics.CLOCK)) {
        assertThat(configs).containsEntry("cleanup.policy", "delete");
        assertThat(configs).containsEntry("retention.ms", "3600000");
      } else {
        assertThat(configs).containsEntry("cleanup.policy", "delete");
        assertThat(configs).containsEntry("retention.ms", "-1");
      }
    }
  }

  private static Map<String, String> kept(String cleanup, String retention, String timestamps) {
    return Map.of(
        "cleanup.policy", cleanup,
        "retention.ms", retention,
        "retention.bytes", "-1",
        "max.message.bytes", "8388608",
        "message.timestamp.type", timestamps);
  }

  /** With what stands in a line without an order put into one. */
  private static String sorted(String shape) {
    return Pattern.compile("(?<=--> |<-- |\\[)[^\\]\n]*")
        .matcher(shape)
        .replaceAll(
            list -> String.join(", ", new TreeSet<>(List.of(list.group().split(", ", -1)))));
  }

  private static Set<String> found(String pattern, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      for (String one : matcher.group(1).split(", ", -1)) {
        if (!one.isEmpty()) {
          found.add(one);
        }
      }
    }
    return found;
  }
}
