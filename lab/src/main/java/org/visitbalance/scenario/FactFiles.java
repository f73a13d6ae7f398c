package org.visitbalance.scenario;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.text.FactJson;

/** Writes a scenario as JSON lines and settings: one file of facts, or one for each UTC day. */
public final class FactFiles {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path folder;
  private final boolean byDay;
  private @Nullable LocalDate openDay;
  private @Nullable JsonGenerator open;

  private FactFiles(Path folder, boolean byDay) {
    this.folder = folder;
    this.byDay = byDay;
  }

  /**
   * Writes into an existing folder; returns the number of facts.
   *
   * @param byDay whether each UTC day of known time gets its own file
   */
  public static long write(FactSource source, Path folder, boolean byDay) throws IOException {
    SettingsYaml.write(source.settings(), folder);
    FactFiles files = new FactFiles(folder, byDay);
    long count = 0;
    try (Stream<TimedFact> facts = source.facts()) {
      for (Iterator<TimedFact> each = facts.iterator(); each.hasNext(); count++) {
        TimedFact fact = each.next();
        FactJson.write(files.file(fact), fact.fact(), fact.knownAt());
      }
    } finally {
      files.close();
    }
    return count;
  }

  private JsonGenerator file(TimedFact fact) throws IOException {
    LocalDate day = byDay ? LocalDate.ofInstant(fact.knownAt(), ZoneOffset.UTC) : LocalDate.EPOCH;
    JsonGenerator json = open;
    if (json == null || !day.equals(openDay)) {
      close();
      json = open(byDay ? "facts_" + day + ".jsonl" : "facts.jsonl");
      open = json;
      openDay = day;
    }
    return json;
  }

  private JsonGenerator open(String name) throws IOException {
    OutputStream out =
        Files.newOutputStream(
            folder.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return JSON.createGenerator(new BufferedOutputStream(out, 1 << 16))
        .setPrettyPrinter(new MinimalPrettyPrinter("\n"));
  }

  private void close() throws IOException {
    JsonGenerator json = open;
    if (json != null) {
      json.writeRaw('\n');
      json.close();
    }
  }
}
