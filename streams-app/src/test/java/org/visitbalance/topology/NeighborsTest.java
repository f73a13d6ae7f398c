package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.output.Balance;

/**
 * The recipes of docs/neighbors.md name fields and topics that there are; {@code
 * lab/src/neighbors/check} runs them.
 */
class NeighborsTest {
  private static final Path PAGE = Path.of("..", "docs", "neighbors.md");

  @Test
  void theFactsOfTheRecipesHaveAllTheirFields() throws IOException {
    assertThat(fields("kafkajs.mjs")).isEqualTo(names(Charge.getClassSchema()));
    assertThat(fields("confluent.mjs")).isEqualTo(names(Feed.getClassSchema()));
  }

  /** Returns the fields of the object in a recipe that is a fact. */
  private static Set<String> fields(String recipe) throws IOException {
    String text = recipe(recipe);
    int from = text.indexOf("  tenant: ");
    return matches("(?m)^  (\\w+): ", text.substring(from, text.indexOf("\n};", from)));
  }

  @Test
  void tablesAndSinksHaveFieldsOfTheirTopic() throws IOException {
    Schema schema = Balance.getClassSchema();
    Set<String> columns = found("flink.sql", "(?m)^  `?(\\w+)`? [A-Z]+\\b(?! KEY)");
    columns.remove("record_key");
    columns.remove("PRIMARY");
    assertThat(columns).hasSizeGreaterThan(5).isSubsetOf(names(schema));

    // What is neither flat nor made flat is left out
    Set<String> left = new TreeSet<>();
    for (Schema.Field field : schema.getFields()) {
      if (isNested(field.schema())) {
        left.add(field.name());
      }
    }
    String drop = recipe("balances.properties");
    assertThat(drop).contains("transforms.drop.exclude=" + String.join(",", left) + "\n");
  }

  @Test
  void allTopicsAreThere() throws IOException {
    List<String> topics = Topics.ALL.stream().map(Topic::name).toList();
    for (String name : List.of("kafkajs.mjs", "confluent.mjs", "flink.sql", "visits.properties")) {
      assertThat(found(name, "\\b((?:balancing|billing|emr)\\.[a-z][a-z-]+)(?:-value)?\\b"))
          .isNotEmpty()
          .allSatisfy(topic -> assertThat(topics).contains(topic.replaceFirst("-value$", "")));
    }
  }

  /** Returns whether a field holds a list or a map, where Flatten cannot make columns. */
  private static boolean isNested(Schema schema) {
    return switch (schema.getType()) {
      case ARRAY, MAP -> true;
      case RECORD -> schema.getFields().stream().anyMatch(field -> isNested(field.schema()));
      case UNION -> schema.getTypes().stream().anyMatch(one -> isNested(one));
      default -> false;
    };
  }

  private static Set<String> names(Schema schema) {
    return schema.getFields().stream().map(Schema.Field::name).collect(Collectors.toSet());
  }

  private static Set<String> found(String recipe, String pattern) throws IOException {
    return matches(pattern, recipe(recipe));
  }

  private static Set<String> matches(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult one) -> one.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String recipe(String name) throws IOException {
    String page = Files.readString(PAGE);
    int mark = page.indexOf("<!-- recipe: " + name + " -->");
    assertThat(mark).as(name).isPositive();
    int from = page.indexOf('\n', page.indexOf("```", mark)) + 1;
    return page.substring(from, page.indexOf("```", from));
  }
}
