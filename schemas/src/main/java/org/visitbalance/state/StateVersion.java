package org.visitbalance.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.visitbalance.output.Close;

/**
 * The version of the stored state. State stored with another version is not read but rebuilt from
 * the facts.
 *
 * <p>The version follows from the schemas of the stored records, including nested ones: names,
 * fields, types, symbols and logical types. Docs and defaults do not count, because they change no
 * stored byte.
 */
public final class StateVersion {
  /**
   * Increase this by hand when stored values change their meaning or place under an unchanged
   * schema, or when the topology is cut into other tasks: instances of both forms cannot share one
   * application.
   */
  static final int MEANING = 5;

  /** The records that are stored by themselves; all others are stored inside these. */
  static final List<Schema> STORED =
      List.of(
          VisitFile.getClassSchema(),
          DateSheet.getClassSchema(),
          ChainPlace.getClassSchema(),
          BillingVisit.getClassSchema(),
          Rejections.getClassSchema(),
          Decisions.getClassSchema(),
          Retained.getClassSchema(),
          DateVerdict.getClassSchema(),
          TenantState.getClassSchema(),
          PartitionState.getClassSchema(),
          SourceCounts.getClassSchema(),
          PeriodFigures.getClassSchema(),
          Close.getClassSchema(),
          CapFigures.getClassSchema(),
          InsightFigures.getClassSchema());

  private static final int DIGITS = 16;

  private static final String CURRENT = of(MEANING, STORED);

  private StateVersion() {}

  /**
   * Returns the version of this program: lower-case letters, digits and one hyphen, without blanks.
   */
  public static String current() {
    return CURRENT;
  }

  static String of(int meaning, List<Schema> stored) {
    StringBuilder form = new StringBuilder();
    for (Schema schema : stored) {
      form.append(SchemaNormalization.toParsingForm(schema)).append('\n');
      appendLogicalTypes(form, schema, schema.getName(), new HashSet<>());
    }
    byte[] hash = sha256().digest(form.toString().getBytes(StandardCharsets.UTF_8));
    return meaning + "-" + HexFormat.of().formatHex(hash).substring(0, DIGITS);
  }

  /**
   * Appends the logical types. The parsing form leaves them out, but a date read as something else
   * would be a wrong state.
   */
  private static void appendLogicalTypes(
      StringBuilder form, Schema schema, String path, Set<String> seen) {
    if (schema.getLogicalType() != null) {
      form.append(path).append('=').append(schema.getLogicalType().getName()).append('\n');
    }
    switch (schema.getType()) {
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          for (Schema.Field field : schema.getFields()) {
            appendLogicalTypes(form, field.schema(), path + "." + field.name(), seen);
          }
        }
      }
      case ARRAY -> appendLogicalTypes(form, schema.getElementType(), path + "[]", seen);
      case MAP -> appendLogicalTypes(form, schema.getValueType(), path + "{}", seen);
      case UNION -> {
        for (Schema branch : schema.getTypes()) {
          appendLogicalTypes(form, branch, path + "|" + branch.getFullName(), seen);
        }
      }
      default -> {
        // The other types contain no nested schemas.
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
