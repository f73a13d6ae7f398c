package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.text.FactJson;

/** A folder to put files into, and what reading it gives. */
final class Inbox {
  private final Path folder;
  private final List<SpecificRecord> facts = Collections.synchronizedList(new ArrayList<>());
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  private final List<DeadLetter> letters = Collections.synchronizedList(new ArrayList<>());
  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  private @Nullable Instant asOf;
  private Instant present = Instant.parse("2026-11-28T12:00:00Z");
  private boolean implyFeeds;
  private List<RowCount> counts = List.of();

  Inbox(Path folder) {
    this.folder = folder;
  }

  /** Puts a file; its lines are joined by line feeds, with one at the end. */
  Inbox with(String name, String... rows) {
    return with(name, (String.join("\n", rows) + "\n").getBytes(UTF_8));
  }

  Inbox with(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads everything as of a moment; null for a run that judges nothing. */
  Inbox asOf(@Nullable String moment, String present) {
    asOf = moment == null ? null : Instant.parse(moment);
    this.present = Instant.parse(present);
    return read();
  }

  /** Implies feeds. */
  Inbox implyFeeds() {
    implyFeeds = true;
    return this;
  }

  /** Reads everything. */
  Inbox read() {
    facts.clear();
    lines.clear();
    letters.clear();
    notes.clear();
    InputFolder opened = InputFolder.open(folder, null, new RunTime(asOf, present));
    opened.readInto(
        new FactSink() {
          @Override
          public void fact(SpecificRecord fact, Instant knownAt) {
            facts.add(fact);
            lines.add(json(fact, knownAt));
          }

          @Override
          public void deadLetter(DeadLetter letter) {
            letters.add(letter);
          }
        },
        implyFeeds,
        2);
    notes.addAll(opened.notices().sentences());
    counts = opened.counts();
    return this;
  }

  /** The facts as JSON, sorted as texts. */
  List<String> facts() {
    return lines.stream().sorted().toList();
  }

  /** The facts of a kind in the order of their event ids. */
  <T extends SpecificRecord> List<T> facts(Class<T> kind) {
    return facts.stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .sorted((one, other) -> one.get(1).toString().compareTo(other.get(1).toString()))
        .toList();
  }

  /** The only fact of a kind. */
  <T extends SpecificRecord> T only(Class<T> kind) {
    List<T> all = facts(kind);
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " facts, dead letters " + deadLetters());
    }
    return all.get(0);
  }

  /** The dead letters as {@code file:line: column reason}, sorted. */
  List<String> deadLetters() {
    return letters.stream()
        .map(
            letter ->
                letter.getSource()
                    + ":"
                    + letter.getPosition()
                    + ": "
                    + (letter.getField() == null ? "" : letter.getField() + " ")
                    + letter.getReason())
        .sorted()
        .toList();
  }

  /** What became of the rows of each table. */
  List<RowCount> counts() {
    return counts;
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /** What is said of a folder that cannot be used. */
  String complaint() {
    try {
      read();
    } catch (InputException e) {
      return e.getMessage();
    }
    throw new AssertionError("it could be used");
  }

  private static String json(SpecificRecord fact, Instant knownAt) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      FactJson.write(json, fact, knownAt);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
