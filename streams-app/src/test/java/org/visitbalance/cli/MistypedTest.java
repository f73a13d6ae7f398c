package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the program says to somebody who has not typed a command that it knows. */
class MistypedTest {
  @Test
  void withoutACommandItSaysWhatOneCanDo() {
    Program.Ran ran = Program.run();

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines())
        .containsExactly(
            "visit-balance: no command was given. You can:",
            "",
            "  Balance a folder of files   bin/visit-balance balance --input FOLDER --open",
            "  Run the service             bin/visit-balance serve --config FILE --state FOLDER",
            "",
            "For all commands: bin/visit-balance --help");
  }

  @ParameterizedTest
  @CsvSource({"help, --help", "help balance, balance --help", "help hl7 send, hl7 send --help"})
  void helpIsAlsoAWord(String typed, String meant) {
    Program.Ran ran = Program.run((Object[]) typed.split(" "));

    assertThat(ran.exit()).isZero();
    assertThat(ran.out())
        .startsWith("Usage:")
        .isEqualTo(Program.run((Object[]) meant.split(" ")).out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "balnce | balnce is not a command. Did you mean balance?",
        "BALANCE | BALANCE is not a command. Did you mean balance?",
        "tokenkey | tokenkey is not a command. Did you mean token-key?",
        "start | start is not a command; see visit-balance --help",
        "--verison | --verison is not an option of visit-balance. Did you mean --version?",
        "balance --inptu x --output y | --inptu is not an option of balance. Did you mean --input?",
        "balance --outptu=y | --outptu is not an option of balance. Did you mean --output?",
        "balance --quiet | --quiet is not an option of balance; see visit-balance balance --help",
        "dead-letters rety | rety is not a command. Did you mean retry?",
        "facts --input My files | unexpected argument \"files\" (names with spaces need quotation"
            + " marks); see visit-balance facts --help",
        "balance nightly | Missing required option: '--input=DIR'; see"
            + " visit-balance balance --help",
      })
  void whatIsMistypedIsAnsweredWithWhatWasMeant(String typed, String said) {
    Program.Ran ran = Program.run((Object[]) typed.split(" "));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines()).containsExactly("visit-balance: " + said);
  }

  @Test
  void helpShowsCommandsAsTheyAreCalledOnThisMachine() {
    String property = "visitbalance.command";
    assertThat(Program.run("facts", "--help").out()).contains("  bin/visit-balance facts --input");
    System.setProperty(property, "visit-balance");
    try {
      assertThat(Program.run("facts", "--help").out())
          .contains("  visit-balance facts --input")
          .doesNotContain("bin/visit-balance");
      assertThat(Program.run().err()).contains("  visit-balance balance --input");
    } finally {
      System.clearProperty(property);
    }
  }
}
