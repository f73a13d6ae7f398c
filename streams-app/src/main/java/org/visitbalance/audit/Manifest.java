package org.visitbalance.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Scope;
import org.visitbalance.platform.Sha256;

/** The file that says what a package was made from and what is in it: docs/audit.md. */
public final class Manifest {
  /** The name of the file. */
  public static final String FILE = "manifest.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Manifest() {}

  /**
   * Writes the manifest of all files in a folder.
   *
   * @param program the program's name and version
   * @param whatIfFile SHA-256 of a given settings file; null if the settings on the log were used
   */
  static void write(
      Path folder,
      String program,
      Question question,
      InputLog log,
      Replay replay,
      Answer answer,
      @Nullable String whatIfFile)
      throws IOException {
    Map<String, @Nullable Object> manifest = new LinkedHashMap<>();
    manifest.put("program", program);
    manifest.put("tenant", question.tenant());
    manifest.put("from", question.scope().from().toString());
    manifest.put("to", question.scope().to().toString());
    manifest.put("location", question.scope().location());
    manifest.put("asOf", answer.asOf().toString());
    manifest.put("topics", topics(log, replay));
    Map<String, Object> counts = new LinkedHashMap<>();
    Replay.Counts all = replay.counts();
    counts.put("read", all.read());
    counts.put("valid", all.read() - all.deadLettered());
    counts.put("deadLettered", all.deadLettered());
    counts.put("standing", replay.standing());
    counts.put("superseded", replay.superseded());
    counts.put("notYetKnown", all.notYetKnown());
    manifest.put("counts", counts);
    manifest.put("settings", settings(answer, whatIfFile));
    manifest.put("files", files(folder));
    Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(manifest) + "\n");
  }

  private static Map<String, Object> topics(InputLog log, Replay replay) {
    Map<String, Object> topics = new TreeMap<>();
    InputLog.TOPICS.forEach(
        topic -> {
          String name = log.prefix() + topic.name();
          List<Map<String, Object>> partitions = new ArrayList<>();
          TreeSet<Integer> ids = new TreeSet<>();
          new TreeMap<>(ends(log, name))
              .forEach(
                  (partition, end) -> {
                    Tally tally =
                        replay
                            .tallies()
                            .getOrDefault(topic.name(), new TreeMap<>())
                            .getOrDefault(partition, new Tally());
                    ids.addAll(tally.schemaIds);
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("partition", partition);
                    one.put("from", 0);
                    one.put("to", end);
                    one.put("read", tally.read);
                    one.put("valid", tally.valid);
                    one.put("deadLettered", tally.deadLettered);
                    one.put("ofOtherTenants", tally.ofOthers);
                    partitions.add(one);
                  });
          Map<String, Object> own = new LinkedHashMap<>();
          own.put("schemaIds", ids);
          own.put("partitions", partitions);
          topics.put(name, own);
        });
    return topics;
  }

  private static Map<Integer, Long> ends(InputLog log, String name) {
    Map<Integer, Long> ends = new HashMap<>();
    log.ends()
        .forEach(
            (place, end) -> {
              if (place.topic().equals(name)) {
                ends.put(place.partition(), end);
              }
            });
    return ends;
  }

  private static Map<String, @Nullable Object> settings(
      Answer answer, @Nullable String whatIfFile) {
    Map<String, @Nullable Object> settings = new LinkedHashMap<>();
    if (whatIfFile != null) {
      settings.put("whatIfSha256", whatIfFile);
    } else if (answer.settingsOffset() != null) {
      settings.put("partition", answer.settingsPartition());
      settings.put("offset", answer.settingsOffset());
    } else {
      settings.put("defaults", true);
    }
    return settings;
  }

  private static Map<String, Object> files(Path folder) throws IOException {
    Map<String, Object> files = new TreeMap<>();
    for (Path file : list(folder)) {
      files.put(
          String.valueOf(file.getFileName()),
          Map.of("sha256", Sha256.hex(Files.readAllBytes(file))));
    }
    return files;
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().equals(FILE)).sorted().toList();
    }
  }

  /**
   * Returns what in a package differs from its manifest, one line each; empty if nothing does.
   *
   * @throws AuditException if it has no readable manifest
   */
  public static List<String> problems(Path folder) throws IOException {
    Map<String, String> wanted = new TreeMap<>();
    read(folder)
        .path("files")
        .forEachEntry((name, file) -> wanted.put(name, file.path("sha256").asText()));
    List<String> problems = new ArrayList<>();
    for (Path file : list(folder)) {
      String name = String.valueOf(file.getFileName());
      String hash = wanted.remove(name);
      if (hash == null) {
        problems.add(name + " is not in the manifest");
      } else if (Files.isDirectory(file) || !hash.equals(Sha256.hex(Files.readAllBytes(file)))) {
        problems.add(name + " was changed");
      }
    }
    wanted.keySet().forEach(name -> problems.add(name + " is missing"));
    return problems;
  }

  private static JsonNode read(Path folder) throws IOException {
    try {
      JsonNode manifest = JSON.readTree(Files.readAllBytes(folder.resolve(FILE)));
      if (manifest != null && manifest.path("files").isObject()) {
        return manifest;
      }
    } catch (NoSuchFileException e) {
      throw new AuditException("there is no " + FILE + " in " + folder + "; name an audit package");
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      // Reported below.
    }
    throw new AuditException(folder.resolve(FILE) + " is not the manifest of an audit package");
  }

  /**
   * What a package answers.
   *
   * @param ends up to where the log was read
   * @param isWhatIf whether it was evaluated with settings that are not on the log
   */
  public record Asked(Question question, Map<TopicPartition, Long> ends, boolean isWhatIf) {}

  /** Returns the question of a package, to ask it again. */
  public static Asked asked(Path folder) throws IOException {
    JsonNode manifest = read(folder);
    Map<TopicPartition, Long> ends = new HashMap<>();
    manifest
        .path("topics")
        .forEachEntry(
            (topic, own) ->
                own.path("partitions")
                    .forEach(
                        one ->
                            ends.put(
                                new TopicPartition(topic, one.path("partition").asInt()),
                                one.path("to").asLong())));
    Scope scope =
        new Scope(
            LocalDate.parse(manifest.path("from").asText()),
            LocalDate.parse(manifest.path("to").asText()),
            manifest.path("location").isNull() ? null : manifest.path("location").asText());
    return new Asked(
        new Question(
            manifest.path("tenant").asText(),
            scope,
            List.of(Instant.parse(manifest.path("asOf").asText())),
            null),
        ends,
        manifest.path("settings").has("whatIfSha256"));
  }
}
