package org.visitbalance.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** What all schemas have in common. */
class SchemaStyleTest {
  private static final String ROOT = "org.visitbalance.";
  private static final Set<String> NAMESPACES =
      Set.of(ROOT + "fact", ROOT + "settings", ROOT + "output", ROOT + "state");

  private static final Pattern DATE =
      Pattern.compile(
          "from|to|until|date|firstDate|lastDate|dateOfService|earliest|fileBy|[a-z]+edOn");
  private static final Pattern INSTANT =
      Pattern.compile(
          "at|leftAt|[a-zA-Z]+(ed|Due)At|dueAt|heldFrom|heldUntil|completeUntil|firstFinalized|lastSent");

  @Test
  void everySchemaLiesInTheFileOfItsName() {
    List<String> files =
        Vocabulary.files().stream()
            .map(Vocabulary.FOLDER::relativize)
            .map(Path::toString)
            .map(file -> ROOT + file.replaceAll("[/\\\\]", ".").replaceAll("\\.avsc$", ""))
            .toList();
    assertThat(Vocabulary.SCHEMAS.keySet()).containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void namespacesAreTheFourKnownOnes() {
    assertThat(Vocabulary.SCHEMAS.values())
        .allSatisfy(schema -> assertThat(schema.getNamespace()).isIn(NAMESPACES));
  }

  @Test
  void everythingHasADoc() {
    assertThat(Vocabulary.SCHEMAS.values())
        .allSatisfy(schema -> assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank());
    assertThat(fields())
        .allSatisfy(field -> assertThat(field.it().doc()).as(field.name()).isNotBlank());
  }

  @Test
  void theDocOfATopicsRecordNamesTheTopic() {
    Vocabulary.SUBJECTS.forEach(
        (subject, schema) ->
            assertThat(schema.getDoc()).contains(subject.replaceAll("-value$", "")));
  }

  @Test
  void anUnknownSymbolIsReadAsUnknown() {
    assertThat(Vocabulary.SCHEMAS.values())
        .filteredOn(schema -> schema.getType() == Schema.Type.ENUM)
        .allSatisfy(
            schema ->
                assertThat(schema.getEnumDefault()).as(schema.getFullName()).isEqualTo("UNKNOWN"));
  }

  @Test
  void anOptionalFieldIsNullByDefault() {
    assertThat(fields().filter(field -> field.it().schema().isUnion()))
        .allSatisfy(
            field -> {
              List<Schema> branches = field.it().schema().getTypes();
              assertThat(branches).as(field.name()).hasSize(2);
              assertThat(branches.get(0).getType()).isEqualTo(Schema.Type.NULL);
              assertThat(field.it().defaultVal()).isSameAs(JsonProperties.NULL_VALUE);
            });
  }

  /** Else a missing one would go unseen. In settings an absent list or map is an empty one. */
  @Test
  void aRequiredFieldHasNoDefault() {
    assertThat(
            fields()
                .filter(field -> !field.it().schema().isUnion())
                .filter(field -> !field.in().getNamespace().equals(ROOT + "settings")))
        .allSatisfy(field -> assertThat(field.it().hasDefaultValue()).as(field.name()).isFalse());
  }

  @Test
  void aDateIsADateAndAnInstantHasNanoseconds() {
    assertThat(fields())
        .allSatisfy(
            field ->
                assertThat(logicalType(field.it().schema()))
                    .as(field.name())
                    .isEqualTo(logicalTypeOf(field.it().name())));
  }

  private static String logicalTypeOf(String name) {
    if (DATE.matcher(name).matches()) {
      return "date";
    }
    return INSTANT.matcher(name).matches() ? "timestamp-nanos" : "none";
  }

  private static String logicalType(Schema schema) {
    if (schema.isUnion()) {
      return logicalType(schema.getTypes().get(1));
    }
    return schema.getLogicalType() == null ? "none" : schema.getLogicalType().getName();
  }

  private static Stream<FieldIn> fields() {
    return Vocabulary.SCHEMAS.values().stream()
        .filter(schema -> schema.getType() == Schema.Type.RECORD)
        .flatMap(schema -> schema.getFields().stream().map(field -> new FieldIn(schema, field)));
  }

  private record FieldIn(Schema in, Schema.Field it) {
    String name() {
      return in.getFullName() + "." + it.name();
    }
  }
}
