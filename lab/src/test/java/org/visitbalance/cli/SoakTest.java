package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.visitbalance.platform.Folders;

/** A soak says what it has seen, and stops at the first thing that is not well. */
@Timeout(180)
@Tag("slow")
@EnabledIfSystemProperty(named = "visitbalance.benches", matches = ".*")
class SoakTest {
  private static final String LOG = "the log of serve is in ";

  @Test
  void visitsComeOutOfTheAnswersOfAnInstanceThatIsWell() {
    Program.Ran ran = Program.run("soak", "--minutes", 0.1, "--rate", 20, "--partitions", 1);

    assertThat(ran.exit()).as("%s", ran).isZero();
    assertThat(ran.out())
        .matches(
            "(?s)all of 0\\.\\d min: [1-9][0-9]+ visits, in answers after \\d+\\.\\d s at most;"
                + " [1-9][0-9]* not billed; memory (\\d+ MiB at most|not known on this"
                + " system)\n");
  }

  @Test
  void whatIsNotWellEndsItWithASentence() throws IOException {
    Program.Ran ran = Program.run("soak", "--memory", 20, "--partitions", 1);

    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.out())
        .startsWith("WRONG: after 0 s, serve has ")
        .contains(" MiB of memory, more than 20\n", LOG);
    Path folder = Path.of(ran.out().substring(ran.out().indexOf(LOG) + LOG.length()).strip());
    assertThat(folder.resolve("serve.log")).content().contains("serving");
    Folders.delete(folder);
  }
}
