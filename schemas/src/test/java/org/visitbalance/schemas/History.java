package org.visitbalance.schemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;

/** The committed versions of the topics' schemas: {@code <subject>/v1.avsc}, v2, ... */
record History(Path folder) {
  /** Returns the texts of a subject's versions, the oldest first; a gap ends them. */
  List<String> versions(String subject) throws IOException {
    List<String> versions = new ArrayList<>();
    for (Path file = file(subject, 1); Files.exists(file); ) {
      versions.add(Files.readString(file));
      file = file(subject, versions.size() + 1);
    }
    return versions;
  }

  /** Returns subject/file of all that lies in the folder. */
  List<String> files() throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    }
  }

  /** Adds the present schema as a new version, unless it is the newest or breaks an earlier one. */
  void update(String subject, Schema present) throws IOException {
    List<String> versions = versions(subject);
    if (isNewest(versions, present) || !problems(versions, present).isEmpty()) {
      return;
    }
    Path file = file(subject, versions.size() + 1);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text(present), StandardOpenOption.CREATE_NEW);
  }

  static boolean isNewest(List<String> versions, Schema present) {
    return !versions.isEmpty() && versions.get(versions.size() - 1).equals(text(present));
  }

  static List<String> problems(List<String> versions, Schema present) {
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      Schema earlier = new Schema.Parser().parse(versions.get(i));
      for (String problem : Compatibility.problems(present, earlier)) {
        problems.add("v" + (i + 1) + ": " + problem);
      }
    }
    return problems;
  }

  /** The form that is committed: one self-contained schema, docs included. */
  static String text(Schema schema) {
    return SchemaFormatter.format("json/pretty", schema) + "\n";
  }

  private Path file(String subject, int version) {
    return folder.resolve(subject).resolve("v" + version + ".avsc");
  }
}
