package org.visitbalance.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every topic's schema FULL_TRANSITIVE: it and each committed version read each other. */
class SchemaHistoryTest {
  private static final String UPDATE = "schemas.history.update";
  private static final History HISTORY = new History(Vocabulary.MODULE.resolve("history"));

  @BeforeAll
  static void addVersionsIfAsked() throws IOException {
    if (System.getProperty(UPDATE) != null) {
      for (Map.Entry<String, Schema> subject : Vocabulary.SUBJECTS.entrySet()) {
        HISTORY.update(subject.getKey(), subject.getValue());
      }
    }
  }

  static Set<String> subjects() {
    return Vocabulary.SUBJECTS.keySet();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void readsAndIsReadByEveryCommittedVersion(String subject) throws IOException {
    assertThat(History.problems(HISTORY.versions(subject), Vocabulary.SUBJECTS.get(subject)))
        .as(
            "%s breaks programs and stored records of earlier versions. Give every new field a "
                + "default (a fact's: null), never remove, rename or retype a field that has none, "
                + "and leave symbols, names and logical types as they are; or make a new topic",
            subject)
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("subjects")
  void isTheNewestCommittedVersion(String subject) throws IOException {
    List<String> versions = HISTORY.versions(subject);
    assertThat(History.isNewest(versions, Vocabulary.SUBJECTS.get(subject)))
        .as(
            "%s: the schema in src/main/avro is not the newest of %d committed version(s). If the "
                + "change is meant, run ./mvnw -pl schemas test -D%s and commit what it adds to "
                + "schemas/history; what is committed there is never changed",
            subject, versions.size(), UPDATE)
        .isTrue();
  }

  @Test
  void nothingElseLiesInTheHistory() throws IOException {
    Set<String> known = new TreeSet<>();
    for (String subject : subjects()) {
      for (int i = 1; i <= HISTORY.versions(subject).size(); i++) {
        known.add(subject + "/v" + i + ".avsc");
      }
    }
    List<String> unknown = new ArrayList<>(HISTORY.files());
    unknown.removeAll(known);
    assertThat(unknown).as("files of no subject, or after a gap in its versions").isEmpty();
  }
}
