package org.visitbalance.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network that the fault suite can make bad: here, in front of a server that echoes. */
class TcpProxyTest {
  private ServerSocket server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread echo = new Thread(this::echo);
    echo.setDaemon(true);
    echo.start();
    proxy = new TcpProxy(0, server.getLocalPort());
  }

  private void echo() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread one = new Thread(() -> echo(client));
        one.setDaemon(true);
        one.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // It is gone.
    }
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(5_000);
    return client;
  }

  private static int ask(Socket client) throws IOException {
    client.getOutputStream().write('x');
    return client.getInputStream().read();
  }

  @Test
  void whatPassesComesBackAtOnceOrLate() throws IOException {
    try (Socket client = connect()) {
      assertThat(ask(client)).isEqualTo('x');
      proxy.become(TcpProxy.Mode.DELAY);
      long begun = System.nanoTime();
      assertThat(ask(client)).isEqualTo('x');
      assertThat(System.nanoTime() - begun).isGreaterThan(500_000_000L);
    }
  }

  @Test
  void whatIsDroppedIsClosedAndCanBeOpenedAgainLater() throws IOException {
    try (Socket before = connect()) {
      assertThat(ask(before)).isEqualTo('x');
      proxy.become(TcpProxy.Mode.DROP);
      assertThat(isGone(before)).isTrue();
    }
    try (Socket during = connect()) {
      assertThat(isGone(during)).isTrue();
    }
    proxy.become(TcpProxy.Mode.PASS);
    try (Socket after = connect()) {
      assertThat(ask(after)).isEqualTo('x');
    }
  }

  @Test
  void aHalfOpenConnectionSwallowsWhatIsSentAndIsClosedAtTheEnd() throws IOException {
    try (Socket client = connect()) {
      assertThat(ask(client)).isEqualTo('x');
      proxy.become(TcpProxy.Mode.HALF_OPEN);
      client.setSoTimeout(500);
      assertThatThrownBy(() -> ask(client)).isInstanceOf(SocketTimeoutException.class);
      proxy.become(TcpProxy.Mode.PASS);
      assertThat(isGone(client)).isTrue();
    }
  }

  private static boolean isGone(Socket client) {
    try {
      return ask(client) < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
