package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who sets up a mapping. */
class FactsCommandTest {
  private static final String LATER =
      "{\"fact\":\"feed\",\"tenant\":\"T1\",\"eventId\":\"f2\",\"occurredAt\":\"2026-11-05T06:00:00Z\","
          + "\"source\":\"EMR\",\"completeUntil\":\"2026-11-05T06:00:00Z\"}";
  private static final String EARLIER = LATER.replace("f2", "f1");

  @TempDir Path temp;
  private Path input;

  @BeforeEach
  void folder() throws IOException {
    input = Files.createDirectory(temp.resolve("in"));
    Files.writeString(input.resolve("b.jsonl"), LATER + "\nbroken\n" + EARLIER + "\n");
  }

  @Test
  void factsAreSortedAsTextsAndWhatIsNoneIsListed() {
    Program.Ran ran = Program.run("facts", "--input", input);

    assertThat(ran.exit()).isZero();
    assertThat(ran.out().lines()).containsExactly(EARLIER, LATER);
    assertThat(ran.err().lines())
        .containsExactly(
            "visit-balance: b.jsonl: 1 row or line could not be used and is not counted. See the list"
                + " of invalid records, and correct the file or export it again.",
            "visit-balance: facts: 2; invalid rows or lines: 1",
            "b.jsonl:2: is not a single JSON object");
  }

  @Test
  void whatWasWrittenReadsBackAsTheSame() throws IOException {
    Path file = temp.resolve("out").resolve("facts.jsonl");
    assertThat(Program.run("facts", "--input", input, "--output", file).err())
        .contains("the folder of " + file + " does not exist");

    Files.createDirectory(file.getParent());
    assertThat(Program.run("facts", "--input", input, "--output", file).exit()).isZero();

    assertThat(Program.run("facts", "--input", file.getParent()).out())
        .isEqualTo(Files.readString(file));
    assertThat(Program.run("facts", "--input", input, "--output", file).err())
        .contains("already exists; name another file or add --force");
    assertThat(Program.run("facts", "--input", input, "--output", file, "--force").exit()).isZero();
  }

  @Test
  void profilesArePrintedToBeCopied() {
    Program.Ran ran = Program.run("facts", "--profile", "webpt-charges");

    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).contains("recordPointer: record_pointer");
    assertThat(Program.run("facts", "--profile", "epic").err())
        .contains(
            "there is no profile 'epic'; the profiles are webpt-charges, revflow-billing-charges,"
                + " patients");
    assertThat(Program.run("facts").exit()).isEqualTo(2);
  }
}
