package org.visitbalance.schemas;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/**
 * FULL compatibility of two schemas: either can read what the other wrote, and understands it. The
 * latter is ours: Avro lets a date be read as a bare number and a record as one of another
 * namespace.
 */
final class Compatibility {
  private Compatibility() {}

  /** Returns what keeps the two from being compatible, for a person; empty if nothing does. */
  static List<String> problems(Schema present, Schema earlier) {
    List<String> problems = new ArrayList<>();
    for (Incompatibility found : incompatibilities(present, earlier)) {
      problems.add("cannot read what the earlier one wrote: " + text(found));
    }
    for (Incompatibility found : incompatibilities(earlier, present)) {
      problems.add("cannot be read by the earlier one: " + text(found));
    }
    Map<String, String> before = meanings(earlier);
    meanings(present)
        .forEach(
            (path, meaning) -> {
              String old = before.getOrDefault(path, meaning);
              if (!old.equals(meaning)) {
                problems.add(
                    "means something else at " + path + ": was " + old + ", is " + meaning);
              }
            });
    return problems;
  }

  private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities();
  }

  private static String text(Incompatibility found) {
    return found.getType() + " at " + found.getLocation() + " (" + found.getMessage() + ")";
  }

  /** Where a schema has a name or a logical type, and which. No schema of ours is recursive. */
  private static Map<String, String> meanings(Schema schema) {
    Map<String, String> meanings = new TreeMap<>();
    collect(meanings, "", schema);
    return meanings;
  }

  private static void collect(Map<String, String> meanings, String path, Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        meanings.put(path + "/", schema.getFullName());
        for (Schema.Field field : schema.getFields()) {
          collect(meanings, path + "/" + field.name(), field.schema());
        }
      }
      case ENUM -> meanings.put(path, schema.getFullName());
      case ARRAY -> collect(meanings, path + "[]", schema.getElementType());
      case MAP -> collect(meanings, path + "{}", schema.getValueType());
      case UNION ->
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .forEach(branch -> collect(meanings, path, branch));
      default ->
          meanings.put(
              path,
              schema.getLogicalType() == null ? "a bare value" : schema.getLogicalType().getName());
    }
  }
}
