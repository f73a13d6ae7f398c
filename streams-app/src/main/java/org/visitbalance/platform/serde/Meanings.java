package org.visitbalance.platform.serde;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Checks that numbers mean the same to a writer and a reader. Avro does not check this: to it,
 * milliseconds and nanoseconds are both just longs.
 */
final class Meanings {
  private static final String LOGICAL_TYPE = "logicalType";

  private Meanings() {}

  /**
   * Returns where the meanings differ, as a message, or null if they do not. A writer that gives a
   * number no meaning is assumed to mean the same as the reader.
   *
   * @param reader not recursive, like all generated schemas
   */
  static @Nullable String difference(Schema writer, Schema reader, String path) {
    if (writer.getType() == Schema.Type.UNION) {
      for (Schema branch : writer.getTypes()) {
        String found = difference(branch, reader, path);
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    if (reader.getType() == Schema.Type.UNION) {
      for (Schema branch : reader.getTypes()) {
        String found = difference(writer, branch, path);
        if (found != null) {
          return found;
        }
      }
      return null;
    }
    if (writer.getType() != reader.getType()) {
      return null;
    }
    return switch (reader.getType()) {
      case RECORD -> ofFields(writer, reader, path);
      case ARRAY -> difference(writer.getElementType(), reader.getElementType(), path);
      case MAP -> difference(writer.getValueType(), reader.getValueType(), path);
      default -> ofValues(writer.getProp(LOGICAL_TYPE), reader.getProp(LOGICAL_TYPE), path);
    };
  }

  private static @Nullable String ofFields(Schema writer, Schema reader, String path) {
    for (Schema.Field field : reader.getFields()) {
      Schema.Field written = writer.getField(field.name());
      String found =
          written == null
              ? null
              : difference(written.schema(), field.schema(), path + "." + field.name());
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable String ofValues(
      @Nullable String written, @Nullable String read, String path) {
    return written == null || read == null || written.equals(read)
        ? null
        : path + " is a " + written + ", not a " + read;
  }
}
