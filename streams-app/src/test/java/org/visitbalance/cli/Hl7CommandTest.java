package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code hl7} says of places that are no listener, and of files that are not there. */
class Hl7CommandTest {
  @TempDir private Path temp;

  @Test
  void whoDoesNotAnswerIsNotWaitedForLong() throws IOException {
    Path file =
        Files.writeString(temp.resolve("m.hl7"), "MSH|^~\\&|A|B|C|D|20261104||ADT^A08|1|P|2.5\r");
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Program.Ran ran =
          Program.run("hl7", "send", "--wait", "1", "127.0.0.1:" + silent.getLocalPort(), file);

      assertThat(ran.exit()).isEqualTo(2);
      assertThat(ran.err())
          .contains("cannot be used: no answer within 1 s. Is it an HL7 listener, and is TLS on");
    }
  }

  @Test
  void aFileThatIsNotThereIsNotCalledOneOfAnotherKind() {
    Program.Ran ran = Program.run("hl7", "try", temp.resolve("m.hl7"));

    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.err()).contains("m.hl7: does not exist");
  }
}
