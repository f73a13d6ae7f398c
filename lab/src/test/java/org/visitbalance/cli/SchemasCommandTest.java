package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.embedded.RegistryServer;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Tick;
import org.visitbalance.fact.Visit;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.LocalRegistry;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.SchemaLog;

/** The command schemas on a registry that asks for less than we do. */
class SchemasCommandTest {
  private static final Schema NOTE = PortableSchemas.of(Note.getClassSchema());
  private static final Schema TICK = PortableSchemas.of(Tick.getClassSchema());
  private static final Schema STRANGER =
      SchemaBuilder.record("Visit").namespace("com.example").fields().requiredInt("n").endRecord();

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.BACKWARD);
  private RegistryServer server;

  @BeforeEach
  void start() {
    server = RegistryServer.start(registry);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anEmptyRegistryGetsAllSchemasAndASecondRunHasNothingToDo() {
    Program.Ran first = schemas("--prefix", "t.");

    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out()).endsWith("28 subjects: 28 created\n");
    assertThat(registry.subjects()).hasSize(28).contains("t.emr.visits-value");
    assertThat(registry.latest("t.emr.visits-value").schema())
        .isEqualTo(PortableSchemas.of(Visit.getClassSchema()));
    assertThat(registry.level("t.emr.visits-value")).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
    assertThat(registry.level(null)).isEqualTo(CompatibilityLevel.BACKWARD);

    Program.Ran second = schemas("--prefix", "t.");

    assertThat(second.exit()).isZero();
    assertThat(second.out()).endsWith("28 subjects: all as they should be; nothing to do\n");
  }

  @Test
  void aDryRunChangesNothing() {
    registry.register("balancing.clock-value", TICK);

    Program.Ran ran = schemas("--dry-run");

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("emr\\.visits-value +would be created +version 1, FULL_TRANSITIVE\n")
        .contains(
            "    compatibility: is the registry's default, BACKWARD, would be FULL_TRANSITIVE\n")
        .endsWith(
            "28 subjects: 27 would be created, 1 would be changed"
                + " (dry run: nothing was changed)\n");
    assertThat(registry.subjects()).containsExactly("balancing.clock-value");
    assertThat(registry.effectiveLevel("balancing.clock-value"))
        .isEqualTo(CompatibilityLevel.BACKWARD);
  }

  @Test
  void aLowerLevelIsRaised() {
    schemas();
    registry.setLevel("emr.notes-value", CompatibilityLevel.NONE);

    Program.Ran ran = schemas();

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .contains("    compatibility: was NONE, is now FULL_TRANSITIVE\n")
        .endsWith("28 subjects: 27 as they should be, 1 changed\n");
    assertThat(registry.level("emr.notes-value")).isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
  }

  @Test
  void afterAnOlderProgramsVersionComesOurs() {
    registry.register("emr.notes-value", without("therapistId", NOTE));

    Program.Ran ran = schemas();

    assertThat(ran.exit()).as(ran.out()).isZero();
    assertThat(ran.out())
        .contains(
            "    schema: was version 1, which differs, is now this program's schema, which adds"
                + " therapistId\n");
    assertThat(registry.versions("emr.notes-value")).hasSize(2);
  }

  @Test
  void aNewerProgramsVersionIsLeftAlone() {
    schemas();
    registry.register("emr.notes-value", with("signedBy", NOTE));

    Program.Ran ran = schemas();

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .containsPattern("emr\\.notes-value +ok +version 1; version 2 belongs to another program\n")
        .endsWith("nothing to do\n");
    assertThat(registry.versions("emr.notes-value")).hasSize(2);
  }

  @Test
  void anIncompatibleSchemaIsRefusedAndItsSubjectLeftAsItIs() {
    registry.register("emr.visits-value", STRANGER);

    Program.Ran ran = schemas();

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .containsPattern("emr\\.visits-value +DIFFERS +version 1\n")
        .contains("    schema: is version 1, which differs, should be this program's schema")
        .contains("not registered because it is incompatible: it cannot read version 1")
        .contains("docs/operating.md")
        .endsWith("28 subjects: 27 created, 1 must be fixed by hand\n");
    assertThat(registry.versions("emr.visits-value")).hasSize(1);
    assertThat(registry.effectiveLevel("emr.visits-value")).isEqualTo(CompatibilityLevel.BACKWARD);
    assertThat(schemas("--dry-run").exit()).isEqualTo(1);
  }

  @Test
  void whenNobodyAnswersItSaysWhereAndWhatToDo() {
    String url = server.url();
    server.close();

    Program.Ran ran = schemas();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains(url).contains("check that it is running there").hasLineCount(1);
    assertThat(Program.run("schemas").err()).contains("use --registry URL");
  }

  private Program.Ran schemas(Object... more) {
    return Program.run(
        Stream.concat(Stream.of("schemas", "--registry", server.url()), Stream.of(more)).toArray());
  }

  private static Schema without(String field, Schema schema) {
    return copy(schema, fields -> fields.removeIf(one -> one.name().equals(field)));
  }

  private static Schema with(String field, Schema schema) {
    return copy(schema, fields -> fields.add(nullable(field)));
  }

  private static Schema.Field nullable(String name) {
    Schema type =
        Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
    return new Schema.Field(name, type, null, Schema.Field.NULL_DEFAULT_VALUE);
  }

  private static Schema copy(Schema schema, Consumer<List<Schema.Field>> change) {
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    change.accept(fields);
    return Schema.createRecord(
        schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
  }
}
