package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.audit.InputLog;
import org.visitbalance.audit.SettingsEffect;
import org.visitbalance.core.Scope;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.ingest.SettingsFiles;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.JsonText;

/**
 * What other settings would change is what {@code balance} says with the one and with the other.
 */
@Timeout(300)
@Tag("slow")
class WhatIfSettingsTest {
  private static final Instant AS_OF = Instant.parse("2026-11-25T12:00:00Z");

  @TempDir private static Path common;
  @TempDir private Path folder;
  private static EmbeddedCluster cluster;
  private static Map<String, Object> clients;
  private static Path config;

  @BeforeAll
  static void start() throws IOException {
    cluster = EmbeddedCluster.temporary();
    clients = cluster.clients();
    config = common.resolve("cluster.properties");
    Files.writeString(
        config,
        """
        bootstrap.servers=%s
        schema.registry.url=%s
        visitbalance.token.key=%s
        """
            .formatted(cluster.bootstrapServers(), cluster.registryUrl(), TestKey.VALUE));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Program.Ran run(int status, Object... words) {
    Program.Ran ran = Program.run(words);
    assertThat(ran.exit()).as(ran.err()).isEqualTo(status);
    return ran;
  }

  /** Settings with random changes to the rules, locations, and waiting times. */
  private static String changed(String settings, Random random) {
    List<String> lines = new ArrayList<>(settings.lines().toList());
    lines.removeIf(line -> line.contains("payerId: BCBS") || line.startsWith("missingAfter"));
    if (random.nextBoolean()) {
      lines.removeIf(line -> line.contains("clinicId: C02"));
    }
    String text =
        String.join("\n", lines) + "\nmissingAfter: PT" + (1 + random.nextInt(400)) + "H\n";
    if (random.nextBoolean()) {
      text = text.replaceAll("(?m)^fees:.*$", "fees: {\"97110\": 9900}");
    }
    return random.nextBoolean() ? text.replace("visitCap: 4", "visitCap: 2") : text;
  }

  private Map<String, JsonNode> balanced(Path input, String name, String file, String key)
      throws IOException {
    Path output = folder.resolve(name);
    if (!Files.exists(output)) {
      Program.Ran ran =
          Program.run(
              "balance",
              "--input",
              input,
              "--output",
              output,
              "--as-of",
              AS_OF,
              "--imply-feed=false");
      assertThat(ran.exit()).as(ran.err()).isIn(0, 1);
    }
    Map<String, JsonNode> rows = new TreeMap<>();
    for (String line : Files.readAllLines(output.resolve(file))) {
      JsonNode row = Installation.json(line);
      StringBuilder id = new StringBuilder();
      for (String part : key.split(" ", -1)) {
        id.append(row.path(part).asText()).append('|');
      }
      rows.put(id.toString(), row);
    }
    return rows;
  }

  private static JsonNode json(Discrepancy one) {
    try (StringWriter text = new StringWriter()) {
      try (var json = new com.fasterxml.jackson.core.JsonFactory().createGenerator(text)) {
        JsonText.write(json, one);
      }
      return Installation.json(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itIsTheDifferenceOfTwoBalances(long seed) throws IOException {
    Path before = folder.resolve("before");
    run(0, "generate", "--output", before, "--seed", seed, "--days", 9, "--rate", "LOST=0.1");
    Path after = folder.resolve("after");
    Files.createDirectory(after);
    try (Stream<Path> files = Files.list(before)) {
      for (Path file : files.toList()) {
        Files.copy(file, after.resolve(file.getFileName().toString()));
      }
    }
    Path proposed = after.resolve("settings.yaml");
    Files.writeString(proposed, changed(Files.readString(proposed), new Random(seed)));
    String prefix = "p" + seed + ".";
    TopicProvisioner.create(clients, prefix, 3);
    run(0, "produce", "--config", config, "--prefix", prefix, "--input", before);
    Settings settings =
        SettingsFiles.read("settings.yaml", Files.readString(proposed), "HARBOR", note -> {});

    SettingsEffect effect =
        new SettingsEffect.Evaluation(
                InputLog.upToNow(clients, prefix),
                ValueSerdes.of(clients)::forClass,
                TestKey.VALUE,
                new SettingsEffect.Wish(settings, Scope.ALL, AS_OF, false))
            .run(2);

    String id = "id";
    Map<String, JsonNode> old = balanced(before, "a", "discrepancies.jsonl", id);
    Map<String, JsonNode> now = balanced(after, "b", "discrepancies.jsonl", id);
    Map<String, JsonNode> opened = new TreeMap<>(now);
    opened.keySet().removeAll(old.keySet());
    Map<String, JsonNode> ended = new TreeMap<>(old);
    ended.keySet().removeAll(now.keySet());
    Map<String, JsonNode> changed = new TreeMap<>(now);
    changed.entrySet().removeIf(one -> !old.containsKey(one.getKey()));
    changed.entrySet().removeIf(one -> one.getValue().equals(old.get(one.getKey())));
    assertThat(opened.size() + ended.size()).isPositive();
    assertThat(effect.openBefore().count()).isEqualTo(old.size());
    assertThat(effect.openAfter().count()).isEqualTo(now.size());
    assertThat(effect.opened().stream().map(WhatIfSettingsTest::json))
        .usingElementComparator((a, b) -> same(a, b))
        .containsExactlyInAnyOrderElementsOf(opened.values());
    assertThat(effect.ended().stream().map(WhatIfSettingsTest::json))
        .usingElementComparator((a, b) -> same(a, b))
        .containsExactlyInAnyOrderElementsOf(ended.values());
    assertThat(effect.changed().stream().map(one -> json(one.after())))
        .usingElementComparator((a, b) -> same(a, b))
        .containsExactlyInAnyOrderElementsOf(changed.values());
    assertThat(effect.sums().stream().mapToLong(SettingsEffect.Sum::opened).sum())
        .isEqualTo(opened.size());
    assertThat(effect.sums().stream().mapToLong(SettingsEffect.Sum::openedCents).sum())
        .isEqualTo(cents(opened.values()) + cents(changed.values()));

    String day = "location granularity from";
    Map<String, JsonNode> oldDays = balanced(before, "a", "balances.jsonl", day);
    Map<String, JsonNode> newDays = balanced(after, "b", "balances.jsonl", day);
    List<String> days = new ArrayList<>();
    Stream.concat(oldDays.keySet().stream(), newDays.keySet().stream())
        .distinct()
        .filter(key -> key.contains("|DAY|"))
        .filter(key -> !Objects.equals(verdict(oldDays.get(key)), verdict(newDays.get(key))))
        .forEach(days::add);
    assertThat(effect.days().stream().map(one -> one.location() + "|DAY|" + one.date() + "|"))
        .containsExactlyInAnyOrderElementsOf(days);

    // The command says the same
    Program.Ran told =
        run(
            1,
            "audit",
            "--config",
            config,
            "--prefix",
            prefix,
            "--tenant",
            "T1",
            "--what-if-settings",
            proposed);
    assertThat(told.out()).contains("T1 as of", "Open discrepancies: ", "would open");
    // With the settings in force, nothing changes
    assertThat(
            run(
                    0,
                    "audit",
                    "--config",
                    config,
                    "--prefix",
                    prefix,
                    "--tenant",
                    "T1",
                    "--what-if-settings",
                    before.resolve("settings.yaml"))
                .out())
        .contains("Nothing would change.");
  }

  private static long cents(Iterable<JsonNode> some) {
    long cents = 0;
    for (JsonNode one : some) {
      cents += one.path("amountCents").asLong();
    }
    return cents;
  }

  private static String verdict(JsonNode balance) {
    return balance == null ? null : balance.path("verdict").asText();
  }

  /** Fields that are on topics only are not in files. */
  private static int same(JsonNode a, JsonNode b) {
    for (String field :
        List.of(
            "id",
            "kind",
            "severity",
            "location",
            "date",
            "visit",
            "difference",
            "units",
            "amountCents",
            "fileBy",
            "action",
            "dateOfService",
            "providerId")) {
      int order = a.path(field).asText().compareTo(b.path(field).asText());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
