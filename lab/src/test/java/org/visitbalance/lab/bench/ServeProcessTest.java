package org.visitbalance.lab.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An instance that does not answer is one without an answer, however it does that. */
@Timeout(60)
@Tag("slow")
class ServeProcessTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n";

  /** Begins answers that it does not end. */
  private static Thread begin(ServerSocket server, String answer) {
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try {
                  Socket socket = server.accept();
                  socket.getOutputStream().write(answer.getBytes(UTF_8));
                } catch (IOException e) {
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static Process process() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", HEAD, HEAD + "visit_balance_open_discrepancies{"})
  void nobodyWaitsForWhatDoesNotCome(String answer) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ServeProcess serve = new ServeProcess(process(), server.getLocalPort(), PATIENCE)) {
      begin(server, answer);

      assertThat(serve.notReady()).isEqualTo("no answer");
      assertThat(serve.discrepancies("MISSING_CHARGE")).isZero();
      assertThat(serve.visitsOn("SOAK", LocalDate.EPOCH)).isZero();
    }
  }

  @Test
  void anInstanceThatIsGoneGivesNoAnswer() throws IOException {
    int port;
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
    }
    try (ServeProcess serve = new ServeProcess(process(), port, PATIENCE)) {
      assertThat(serve.notReady()).isEqualTo("no answer");
    }
  }
}
