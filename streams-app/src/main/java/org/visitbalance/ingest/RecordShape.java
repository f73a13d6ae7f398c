package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
import org.visitbalance.fact.VisitLine;

/** The fields of a kind of record, as needed to read it from text. */
final class RecordShape {
  private static final Set<String> UNIQUE = Set.of("eventId", "chargeId");
  private static final Map<String, RecordShape> FACTS =
      Arrays.stream(FactKind.values())
          .collect(Collectors.toMap(FactKind::label, kind -> new RecordShape("", kind::empty)));
  private static final RecordShape LINE = new RecordShape("lines.", VisitLine::new);

  /** The types of fields. */
  enum Type {
    TEXT,
    WHOLE,
    AMOUNT,
    TRUTH,
    DATE,
    INSTANT,
    SYMBOL,
    TEXTS,
    LINES
  }

  /**
   * A field of a record.
   *
   * @param path what messages call it
   * @param position its position in the record
   * @param unique whether two facts rarely have the same text in it
   * @param symbols the symbols of an enum by name; empty for any other type
   */
  record Field(
      String path,
      int position,
      Type type,
      boolean optional,
      boolean unique,
      Map<String, Object> symbols) {
    /** Returns a distinct bit for each field of a record. */
    long bit() {
      return 1L << position;
    }

    /** Returns the value of an enum field for an unknown symbol. */
    Object unknown() {
      return Objects.requireNonNull(symbols.get("UNKNOWN"));
    }
  }

  private final Supplier<SpecificRecordBase> maker;
  private final Map<String, Field> fields = new HashMap<>();
  private final List<Field> required = new ArrayList<>();

  private RecordShape(String within, Supplier<SpecificRecordBase> maker) {
    this.maker = maker;
    for (Schema.Field field : maker.get().getSchema().getFields()) {
      boolean optional = field.schema().getType() == Schema.Type.UNION;
      Schema type = optional ? field.schema().getTypes().get(1) : field.schema();
      Field own =
          new Field(
              within + field.name(),
              field.pos(),
              type(type),
              optional,
              UNIQUE.contains(field.name()),
              symbols(type));
      fields.put(field.name(), own);
      if (!optional) {
        required.add(own);
      }
    }
  }

  /** Returns the shape of the facts with this name in JSON, or null. */
  static @Nullable RecordShape named(String name) {
    return FACTS.get(name);
  }

  /** The names that {@link #named} knows, for messages. */
  static String names() {
    return Arrays.stream(FactKind.values()).map(FactKind::label).collect(Collectors.joining(", "));
  }

  static RecordShape line() {
    return LINE;
  }

  private static Type type(Schema schema) {
    String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    return switch (schema.getType()) {
      case STRING -> Type.TEXT;
      case BOOLEAN -> Type.TRUTH;
      case ENUM -> Type.SYMBOL;
      case INT -> logical.equals("date") ? Type.DATE : Type.WHOLE;
      case LONG -> logical.isEmpty() ? Type.AMOUNT : Type.INSTANT;
      case ARRAY ->
          schema.getElementType().getType() == Schema.Type.STRING ? Type.TEXTS : Type.LINES;
      default -> throw new IllegalStateException("cannot read a field of type " + schema.getType());
    };
  }

  private static Map<String, Object> symbols(Schema schema) {
    Map<String, Object> symbols = new HashMap<>();
    if (schema.getType() == Schema.Type.ENUM) {
      for (Object symbol : SpecificData.get().getClass(schema).getEnumConstants()) {
        symbols.put(symbol.toString(), symbol);
      }
    }
    return symbols;
  }

  /** Creates a record in which nothing is set. */
  SpecificRecordBase make() {
    return maker.get();
  }

  @Nullable Field field(String name) {
    return fields.get(name);
  }

  /**
   * Returns the path of the first required field that was not given, or null. The record itself
   * cannot tell: a number that was never set is 0.
   *
   * @param given the bits of the fields that were given
   */
  @Nullable String missing(long given) {
    for (int i = 0; i < required.size(); i++) {
      if ((given & required.get(i).bit()) == 0) {
        return required.get(i).path();
      }
    }
    return null;
  }
}
