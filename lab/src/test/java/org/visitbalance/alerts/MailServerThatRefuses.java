package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A mail server that answers what a test says, and can STARTTLS, which GreenMail cannot. A reply of
 * "" ends the connection without one.
 */
final class MailServerThatRefuses implements AutoCloseable {
  /** What is answered to the end of a mail's text. */
  static final String TEXT = "TEXT";

  final List<String> said = new CopyOnWriteArrayList<>();
  final List<String> taken = new CopyOnWriteArrayList<>();
  final Map<String, String> replies = new ConcurrentHashMap<>();
  private final ServerSocket server;
  private final SSLContext tls;

  /** Begins; null for one that cannot protect its connections. */
  MailServerThatRefuses(SSLContext tls) {
    this.tls = tls;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(this::serve, "mail-server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        talk(socket, "220 here");
      } catch (IOException e) {
        // The client is gone, or the test is over.
      }
    }
  }

  private void talk(Socket socket, String first) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    if (!first.isEmpty()) {
      reply(socket, first);
    }
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String verb = line.split("[ :]", 2)[0];
      said.add((socket instanceof SSLSocket ? "protected " : "") + verb);
      if (verb.equals("STARTTLS")) {
        reply(socket, "220 go on");
        SSLSocket secure =
            (SSLSocket) tls.getSocketFactory().createSocket(socket, "localhost", 0, true);
        secure.setUseClientMode(false);
        talk(secure, "");
        return;
      } else if (verb.equals("DATA")) {
        reply(socket, "354 go on");
        StringBuilder text = new StringBuilder();
        for (line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
          text.append(line).append('\n');
        }
        String answer = replies.getOrDefault(TEXT, "250 taken");
        if (answer.isEmpty()) {
          return;
        } else if (answer.startsWith("2")) {
          taken.add(text.toString());
        }
        reply(socket, answer);
      } else {
        boolean canTls = tls != null && !(socket instanceof SSLSocket);
        String usual =
            switch (verb) {
              case "EHLO" -> "250-here\r\n250-AUTH PLAIN\r\n250 " + (canTls ? "STARTTLS" : "HELP");
              case "AUTH" -> "235 welcome";
              default -> "250 well";
            };
        reply(socket, replies.getOrDefault(verb, usual));
      }
    }
  }

  private static void reply(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
    socket.getOutputStream().flush();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
