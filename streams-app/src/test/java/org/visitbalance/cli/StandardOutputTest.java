package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** A list that was cut does not look whole. */
class StandardOutputTest {
  private final StringWriter said = new StringWriter();

  private int checked(int status, OutputStream place) {
    PrintStream out = new PrintStream(place, false, UTF_8);
    out.println("a fact");
    return StandardOutput.checked(status, out, place, new PrintWriter(said));
  }

  private static OutputStream failing(String why) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException(why);
      }
    };
  }

  @Test
  void aFullDiskIsSaid() {
    assertThat(checked(ExitStatus.OK, failing("No space left on device")))
        .isEqualTo(ExitStatus.UNUSABLE);
    assertThat(said)
        .hasToString(
            "visit-balance: the output could not be written (No space left on device): what is there"
                + " is not whole; make room, or choose another place, and run the command again"
                + System.lineSeparator());
  }

  @Test
  void whoeverReadsMayHaveEnough() {
    assertThat(checked(ExitStatus.DIFFERS, failing("Broken pipe"))).isEqualTo(ExitStatus.DIFFERS);
    assertThat(said).hasToString("");
  }

  @Test
  void whatIsWrittenIsWritten() {
    ByteArrayOutputStream place = new ByteArrayOutputStream();
    assertThat(checked(ExitStatus.OK, place)).isEqualTo(ExitStatus.OK);
    assertThat(place.toString(UTF_8)).isEqualTo("a fact" + System.lineSeparator());
    assertThat(said).hasToString("");
  }
}
