package org.visitbalance.schemas;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;

/** The schemas of src/main/avro as they stand, and the subjects under which topics carry them. */
final class Vocabulary {
  static final Path MODULE = Path.of(System.getProperty("basedir", ""));
  static final Path FOLDER = MODULE.resolve("src/main/avro");

  /** All named schemas, by full name. */
  static final Map<String, Schema> SCHEMAS = parse();

  /** Subject to value schema: contract.md#schemas. */
  static final Map<String, Schema> SUBJECTS = new TreeMap<>();

  static {
    topic("emr.visits", "fact.Visit");
    topic("emr.notes", "fact.Note");
    topic("emr.transmissions", "fact.Transmission");
    topic("billing.charges", "fact.Charge");
    topic("billing.rejections", "fact.Rejection");
    topic("balancing.decisions", "fact.Decision");
    topic("balancing.feeds", "fact.Feed");
    topic("balancing.clock", "fact.Tick");
    topic("balancing.settings", "settings.Settings");
    topic("balancing.mappings", "settings.MappingDocument");
    topic("balancing.balances", "output.Balance");
    topic("balancing.items", "output.Item");
    topic("balancing.visits", "output.VisitSummary");
    topic("balancing.late-arrivals", "output.LateArrival");
    topic("balancing.unit-variances", "output.UnitVariance");
    topic("balancing.cap-proposals", "output.CapProposal");
    topic("balancing.insights", "output.Insight");
    topic("balancing.period-discrepancies", "output.Discrepancy");
    topic("balancing.visit-discrepancies", "output.Discrepancy");
    topic("balancing.visit-ids", "output.VisitIds");
    topic("balancing.dead-letters", "output.DeadLetter");
    topic("balancing.dead-letter-retries", "output.DeadLetterRetry");
    topic("balancing.closes", "output.Close");
    topic("balancing.annotations", "output.Annotation");
    topic("balancing.access-log", "output.AccessEntry");
    topic("balancing.files", "output.ReceivedFile");
    topic("balancing.alerts-said", "output.AlertSaid");
    topic("balancing.alert-dead-letters", "output.AlertLetter");
  }

  private Vocabulary() {}

  static List<Path> files() {
    try (Stream<Path> walk = Files.walk(FOLDER)) {
      return walk.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void topic(String topic, String name) {
    SUBJECTS.put(topic + "-value", SCHEMAS.get("org.visitbalance." + name));
  }

  private static Map<String, Schema> parse() {
    SchemaParser parser = new SchemaParser();
    try {
      for (Path file : files()) {
        parser.parse(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return parser.getParsedNamedSchemas().stream()
        .collect(
            Collectors.toMap(
                Schema::getFullName, Function.identity(), (one, other) -> one, TreeMap::new));
  }
}
