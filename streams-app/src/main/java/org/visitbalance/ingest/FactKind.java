package org.visitbalance.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;

/** A kind of record and its fields, as far as reading texts into it needs to know. */
final class FactKind {
  private static final Set<String> UNIQUE = Set.of("eventId", "chargeId");
  private static final Map<String, FactKind> FACTS =
      Map.of(
          "visit", new FactKind(Visit.getClassSchema(), Visit::new),
          "charge", new FactKind(Charge.getClassSchema(), Charge::new),
          "rejection", new FactKind(Rejection.getClassSchema(), Rejection::new),
          "transmission", new FactKind(Transmission.getClassSchema(), Transmission::new),
          "note", new FactKind(Note.getClassSchema(), Note::new),
          "decision", new FactKind(Decision.getClassSchema(), Decision::new),
          "feed", new FactKind(Feed.getClassSchema(), Feed::new));
  private static final FactKind LINE = new FactKind(VisitLine.getClassSchema(), VisitLine::new);

  /** What a field holds. */
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
   * @param position its place in the record
   * @param unique whether hardly two facts have the same text there
   * @param symbols of an enum by their names; empty for any other type
   */
  record Field(
      String name,
      int position,
      Type type,
      boolean optional,
      boolean unique,
      Map<String, Object> symbols) {
    /** One bit for each field of a record. */
    long bit() {
      return 1L << position;
    }

    /** What an enum field gets for a symbol that nobody knows. */
    Object unknown() {
      return java.util.Objects.requireNonNull(symbols.get("UNKNOWN"));
    }
  }

  private final Supplier<SpecificRecordBase> maker;
  private final Map<String, Field> fields = new HashMap<>();
  private final List<Field> required = new ArrayList<>();

  private FactKind(Schema schema, Supplier<SpecificRecordBase> maker) {
    this.maker = maker;
    for (Schema.Field field : schema.getFields()) {
      boolean optional = field.schema().getType() == Schema.Type.UNION;
      Schema type = optional ? field.schema().getTypes().get(1) : field.schema();
      Field own =
          new Field(
              field.name(),
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

  /** The kind of that name in JSON, or null. */
  static @Nullable FactKind named(String name) {
    return FACTS.get(name);
  }

  static FactKind line() {
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
      default -> throw new IllegalStateException("no way to read a " + schema.getType());
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

  /** A record in which nothing is set. */
  SpecificRecordBase make() {
    return maker.get();
  }

  @Nullable Field field(String name) {
    return fields.get(name);
  }

  /**
   * The first required field that was not given, or null. A record itself cannot tell: a number
   * that was never set is 0.
   *
   * @param given the bits of the fields that were
   */
  @Nullable String missing(long given) {
    for (int i = 0; i < required.size(); i++) {
      if ((given & required.get(i).bit()) == 0) {
        return required.get(i).name();
      }
    }
    return null;
  }
}
