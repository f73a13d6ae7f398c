package org.visitbalance.platform.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.visitbalance.platform.registry.LocalRegistry.Which;

/** Which schemas may come, and what they are called. */
class LocalRegistryTest {
  private static final String BASE = "";
  private static final String OPTIONAL = ", {\"name\": \"b\", \"type\": \"int\", \"default\": 1}";
  private static final String REQUIRED = ", {\"name\": \"b\", \"type\": \"int\"}";
  private static final String RETYPED =
      ", {\"name\": \"b\", \"type\": \"string\", \"default\": \"\"}";

  private final LocalRegistry registry =
      new LocalRegistry(SchemaLog.inMemory(), CompatibilityLevel.BACKWARD);

  @Test
  void theSameSchemaHasTheSameIdWhereverItIsRegistered() {
    assertThat(registry.register("s", record(BASE))).isEqualTo(1);
    assertThat(registry.register("s", record(OPTIONAL))).isEqualTo(2);
    assertThat(registry.register("s", record(BASE))).isEqualTo(1);
    assertThat(registry.register("t", record(OPTIONAL))).isEqualTo(2);

    assertThat(registry.versions("s")).hasSize(2);
    assertThat(registry.versions("t")).hasSize(1);
    assertThat(registry.lookUp("s", record(OPTIONAL)).version()).isEqualTo(2);
    assertThat(registry.byId(2)).isEqualTo(record(OPTIONAL));
  }

  /**
   * Two versions are there: one with the required field "b", then one without. A third one has it
   * with a default, as a requirement, or as a text.
   */
  @ParameterizedTest
  @CsvSource({
    "NONE, optional required retyped",
    "BACKWARD, optional retyped",
    "BACKWARD_TRANSITIVE, optional",
    "FORWARD, optional required retyped",
    "FORWARD_TRANSITIVE, optional required",
    "FULL, optional retyped",
    "FULL_TRANSITIVE, optional",
  })
  void aLevelSaysWhichVersionMayCome(CompatibilityLevel level, String allowed) {
    registry.setLevel("s", CompatibilityLevel.NONE);
    registry.register("s", record(REQUIRED));
    registry.register("s", record(BASE));
    registry.setLevel("s", level);

    Map<String, String> candidates =
        Map.of("optional", OPTIONAL, "required", REQUIRED + " ", "retyped", RETYPED);
    candidates.forEach(
        (name, fields) -> {
          // With a doc of its own it is not the version that is there.
          Schema schema = documented(fields);
          boolean mayCome = allowed.contains(name);
          assertThat(registry.conflicts("s", schema).isEmpty()).as(name).isEqualTo(mayCome);
          if (!mayCome) {
            assertThatThrownBy(() -> registry.register("s", schema))
                .isInstanceOfSatisfying(
                    RegistryRefusedException.class,
                    refused -> assertThat(refused.code()).isEqualTo(ErrorCodes.INCOMPATIBLE))
                .hasMessageContaining(level.name())
                .hasMessageContaining("/fields/1");
          }
        });
    assertThat(registry.versions("s")).hasSize(2);
  }

  @Test
  void whatIsNotThereIsRefusedWithItsCode() {
    registry.register("s", record(BASE));

    assertRefused(() -> registry.byId(9), ErrorCodes.SCHEMA_NOT_FOUND);
    assertRefused(() -> registry.latest("t"), ErrorCodes.SUBJECT_NOT_FOUND);
    assertRefused(() -> registry.lookUp("t", record(BASE)), ErrorCodes.SUBJECT_NOT_FOUND);
    assertRefused(() -> registry.lookUp("s", record(OPTIONAL)), ErrorCodes.SCHEMA_NOT_FOUND);
    assertRefused(() -> registry.level("s"), ErrorCodes.SUBJECT_HAS_NO_LEVEL);
  }

  @Test
  void anotherOneTakesUpWhatWasLogged() {
    Log log = new Log();
    LocalRegistry first = new LocalRegistry(log, CompatibilityLevel.BACKWARD);
    first.register("s", record(BASE));
    first.register("t", record(OPTIONAL));
    first.setLevel("s", CompatibilityLevel.FULL);
    first.setLevel(null, CompatibilityLevel.NONE);

    LocalRegistry second = new LocalRegistry(log, CompatibilityLevel.BACKWARD);

    assertThat(second.latest("t")).isEqualTo(first.latest("t"));
    assertThat(second.level("s")).isEqualTo(CompatibilityLevel.FULL);
    assertThat(second.level(null)).isEqualTo(CompatibilityLevel.NONE);
    assertThat(second.register("u", record(BASE))).isEqualTo(1);
    assertThat(second.register("u", record(RETYPED))).isEqualTo(3);
  }

  @Test
  void whatWasDeletedStaysDeletedAndItsIdIsNeverGivenAgain() {
    Log log = new Log();
    LocalRegistry first = new LocalRegistry(log, CompatibilityLevel.NONE);
    first.register("s", record(BASE));
    first.register("s", record(OPTIONAL));
    first.register("s", record(REQUIRED));
    first.deleteVersion("s", 1, false);
    first.register("t", record(OPTIONAL));
    first.register("t", record(RETYPED));
    first.deleteSubject("t", false);
    first.register("t", record(BASE));
    first.setMode("t", RegistryMode.READONLY);
    first.register("u", documented(BASE));
    first.deleteSubject("u", false);
    first.deleteSubject("u", true);

    LocalRegistry second = new LocalRegistry(log, CompatibilityLevel.NONE);

    assertThat(second.subjects(Which.ALL)).containsExactly("s", "t");
    assertThat(second.versions("s")).isEqualTo(first.versions("s")).hasSize(2);
    assertThat(second.versions("s", Which.ALL))
        .isEqualTo(first.versions("s", Which.ALL))
        .hasSize(3);
    assertThat(second.versions("t")).isEqualTo(first.versions("t")).hasSize(1);
    assertThat(second.versions("t", Which.DELETED)).hasSize(2);
    assertThat(second.byId(4)).isEqualTo(record(RETYPED));
    assertRefused(() -> second.byId(5), ErrorCodes.SCHEMA_NOT_FOUND);
    assertThat(second.mode("t")).isEqualTo(RegistryMode.READONLY);
    assertRefused(() -> second.deleteSubject("t", false), ErrorCodes.NOT_PERMITTED);
    assertThat(second.register("u", documented(OPTIONAL))).isEqualTo(6);
    assertThat(second.versions("u")).extracting(SchemaVersion::version).containsExactly(1);
    second.deleteSubject("u", false);
    assertThat(new LocalRegistry(log, CompatibilityLevel.NONE).subjects()).doesNotContain("u");
  }

  @Test
  void whatCannotBeKeptIsNotRegistered() {
    Log log = new Log();
    log.fails = true;
    LocalRegistry failing = new LocalRegistry(log, CompatibilityLevel.BACKWARD);

    assertThatThrownBy(() -> failing.register("s", record(BASE)))
        .isExactlyInstanceOf(RegistryException.class);

    assertThat(failing.subjects()).isEmpty();
    log.fails = false;
    assertThat(failing.register("s", record(BASE))).isEqualTo(1);
  }

  private static void assertRefused(Runnable question, int code) {
    assertThatThrownBy(question::run)
        .isInstanceOfSatisfying(
            RegistryRefusedException.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  private static Schema record(String more) {
    return new Schema.Parser()
        .parse(
            "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"a\", \"type\": \"int\"}"
                + more
                + "]}");
  }

  private static Schema documented(String more) {
    return new Schema.Parser()
        .parse(record(more).toString().replaceFirst("\\{", "{\"doc\": \"Another.\","));
  }

  /** Keeps texts, or fails to. */
  private static final class Log implements SchemaLog {
    private final Map<String, String> texts = new LinkedHashMap<>();
    private boolean fails;

    @Override
    public Map<String, String> read() {
      return texts;
    }

    @Override
    public void write(String key, String value) {
      if (fails) {
        throw new IllegalStateException("full");
      }
      texts.remove(key);
      if (value != null) {
        texts.put(key, value);
      }
    }
  }
}
