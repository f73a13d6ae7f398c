package org.visitbalance.platform.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/**
 * What a new version of a schema must be able to do: BACKWARD, read what earlier versions wrote;
 * FORWARD, be read by them; FULL, both. This applies to all earlier versions if TRANSITIVE,
 * otherwise to the last one.
 */
public enum CompatibilityLevel {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean reads;
  private final boolean isRead;
  private final boolean all;

  CompatibilityLevel(boolean reads, boolean isRead, boolean all) {
    this.reads = reads;
    this.isRead = isRead;
    this.all = all;
  }

  /**
   * Returns why a schema cannot be the next version, as messages; empty if it can.
   *
   * @param earlier the versions so far, oldest first
   */
  public List<String> conflicts(Schema candidate, List<SchemaVersion> earlier) {
    List<String> conflicts = new ArrayList<>();
    int first = all ? 0 : Math.max(0, earlier.size() - 1);
    for (SchemaVersion one : earlier.subList(first, earlier.size())) {
      if (reads) {
        for (Incompatibility found : incompatibilities(candidate, one.schema())) {
          conflicts.add("it cannot read version " + one.version() + ": " + text(found));
        }
      }
      if (isRead) {
        for (Incompatibility found : incompatibilities(one.schema(), candidate)) {
          conflicts.add("version " + one.version() + " cannot read it: " + text(found));
        }
      }
    }
    return conflicts;
  }

  private static List<Incompatibility> incompatibilities(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities();
  }

  private static String text(Incompatibility found) {
    return found.getType() + " at " + found.getLocation() + " (" + found.getMessage() + ")";
  }
}
