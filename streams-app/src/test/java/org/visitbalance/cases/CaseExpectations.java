package org.visitbalance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One acceptance case: a folder with facts, settings and an {@code expected.json}.
 *
 * <p>The lists of {@code expected.json} hold partial objects. Each must be matched by exactly one
 * line of the case's tenant ({@code case-} and its number, unless it names a tenant itself);
 * objects inside are partial too, but for {@code items}. Discrepancies are looked for among the
 * OPEN ones. No line may match an object under {@code absent}. Every file must have the contract's
 * fields and order. A field that is absent equals null.
 */
public final class CaseExpectations {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEAD_LETTERS = "dead-letters.jsonl";

  /** A list of expected.json, its file, and the fields that name a line. */
  private record Expected(String list, String file, List<String> keys) {}

  private static final List<Expected> LISTS =
      List.of(
          new Expected("balances", "balances.jsonl", List.of("location", "granularity", "from")),
          new Expected(
              "items", "items.jsonl", List.of("location", "granularity", "from", "list", "visit")),
          new Expected("visits", "visits.jsonl", List.of("visit")),
          new Expected("lateArrivals", "late-arrivals.jsonl", List.of("visit")),
          new Expected("unitVariances", "unit-variances.jsonl", List.of("visit", "cpt")),
          new Expected("capProposals", "cap-proposals.jsonl", List.of("payerId", "cpt", "month")),
          new Expected(
              "discrepancies",
              "discrepancies.jsonl",
              List.of("level", "kind", "location", "date", "visit")));

  private final Path folder;
  private final JsonNode expected;

  private CaseExpectations(Path folder, JsonNode expected) {
    this.folder = folder;
    this.expected = expected;
  }

  /** All cases of the test resources, in the order of their names. */
  public static List<CaseExpectations> all() throws IOException {
    try (Stream<Path> folders = Files.list(resources())) {
      List<CaseExpectations> cases = new ArrayList<>();
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        cases.add(of(folder));
      }
      return cases;
    }
  }

  private static Path resources() {
    try {
      return Path.of(
          Objects.requireNonNull(CaseExpectations.class.getResource("/cases"), "/cases").toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public static CaseExpectations of(Path folder) throws IOException {
    String json = Files.readString(folder.resolve("expected.json"));
    return new CaseExpectations(folder, JSON.readTree(json));
  }

  public Path folder() {
    return folder;
  }

  public String name() {
    return folder.getFileName().toString();
  }

  public String tenant() {
    return "case-" + name().substring(0, name().indexOf('-'));
  }

  public Instant asOf() {
    return Instant.parse(expected.get("asOf").asText());
  }

  /** The exit status that the program must have, where the case says so; 2: without any output. */
  public OptionalInt exit() {
    return expected.has("exit")
        ? OptionalInt.of(expected.get("exit").asInt())
        : OptionalInt.empty();
  }

  /**
   * What is wrong with the output of this case's own input, named by ids ({@code --reveal}).
   *
   * @param files the lines of each output file; without dead-letters.jsonl these are not looked at
   */
  public List<String> problems(Map<String, List<String>> files) throws IOException {
    List<String> problems = new ArrayList<>();
    Map<String, List<JsonNode>> lines = new TreeMap<>();
    for (Map.Entry<String, List<String>> file : files.entrySet()) {
      if (file.getKey().endsWith(".jsonl")) {
        List<JsonNode> parsed = new ArrayList<>();
        for (String line : file.getValue()) {
          parsed.add(JSON.readTree(line));
        }
        lines.put(file.getKey(), parsed);
        FileShapes.problem(file.getKey(), parsed).ifPresent(problems::add);
      }
    }
    for (Expected list : LISTS) {
      if (!lines.containsKey(list.file())) {
        problems.add(list.file() + " was not written");
        continue;
      }
      for (JsonNode partial : expected.path(list.list())) {
        problems.addAll(unmatched(list, partial, candidates(list, partial, lines)));
      }
      for (JsonNode partial : expected.path("absent").path(list.list())) {
        candidates(list, partial, lines).stream()
            .filter(line -> differences(partial, line, "").isEmpty())
            .forEach(line -> problems.add(list.list() + " must be absent, got " + line));
      }
    }
    if (expected.has("deadLetters") && lines.containsKey(DEAD_LETTERS)) {
      int wanted = expected.get("deadLetters").asInt();
      int found = lines.get(DEAD_LETTERS).size();
      if (wanted != found) {
        problems.add("deadLetters: expected " + wanted + ", got " + found);
      }
    }
    return problems;
  }

  private List<JsonNode> candidates(
      Expected list, JsonNode partial, Map<String, List<JsonNode>> lines) {
    String tenant = partial.has("tenant") ? partial.get("tenant").asText() : tenant();
    Predicate<JsonNode> isOpen =
        line -> !list.list().equals("discrepancies") || line.path("status").asText().equals("OPEN");
    return lines.get(list.file()).stream()
        .filter(line -> line.path("tenant").asText().equals(tenant))
        .filter(isOpen)
        .toList();
  }

  /** Nothing, if exactly one of the candidates matches. */
  private static List<String> unmatched(
      Expected list, JsonNode partial, List<JsonNode> candidates) {
    String what = list.list() + " " + describe(list, partial);
    List<JsonNode> sameKey =
        candidates.stream()
            .filter(
                line ->
                    list.keys().stream()
                        .filter(partial::has)
                        .allMatch(key -> isSame(partial.get(key), line.get(key))))
            .toList();
    List<List<String>> differences =
        sameKey.stream().map(line -> differences(partial, line, "")).toList();
    long matching = differences.stream().filter(List::isEmpty).count();
    if (matching == 1) {
      return List.of();
    }
    if (matching > 1) {
      return List.of(what + ": " + matching + " lines match, expected exactly one");
    }
    Optional<List<String>> closest = differences.stream().min(Comparator.comparing(List::size));
    if (closest.isPresent()) {
      return closest.get().stream().map(difference -> what + " " + difference).toList();
    }
    List<String> there = candidates.stream().map(line -> describe(list, line)).limit(12).toList();
    return List.of(what + ": no such line; there are: " + there);
  }

  private static String describe(Expected list, JsonNode line) {
    return list.keys().stream()
        .filter(key -> !isNothing(line.get(key)))
        .map(key -> line.get(key).asText())
        .toList()
        .toString();
  }

  /** Field by field, what the partial object asks for and the line does not have. */
  private static List<String> differences(JsonNode expected, JsonNode got, String path) {
    if (expected != null && got != null && expected.isObject() && got.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      expected.fieldNames().forEachRemaining(names::add);
      if (path.substring(path.lastIndexOf('.') + 1).equals("items")) {
        got.fieldNames().forEachRemaining(names::add);
      }
      return names.stream()
          .flatMap(
              name ->
                  differences(
                      expected.get(name), got.get(name), path.isEmpty() ? name : path + "." + name)
                      .stream())
          .toList();
    }
    if (expected != null
        && got != null
        && expected.isArray()
        && got.isArray()
        && expected.size() == got.size()) {
      List<String> found = new ArrayList<>();
      for (int i = 0; i < expected.size(); i++) {
        found.addAll(differences(expected.get(i), got.get(i), path + "[" + i + "]"));
      }
      return found;
    }
    return isSame(expected, got)
        ? List.of()
        : List.of(path + ": expected " + expected + ", got " + got);
  }

  private static boolean isSame(JsonNode expected, JsonNode got) {
    if (isNothing(expected) || isNothing(got)) {
      return isNothing(expected) && isNothing(got);
    }
    if (expected.isNumber() && got.isNumber()) {
      return expected.decimalValue().compareTo(got.decimalValue()) == 0;
    }
    return expected.equals(got);
  }

  private static boolean isNothing(JsonNode value) {
    return value == null || value.isNull() || value.isMissingNode();
  }
}
