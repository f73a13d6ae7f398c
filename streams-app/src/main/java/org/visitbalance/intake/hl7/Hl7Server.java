package org.visitbalance.intake.hl7;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.visitbalance.ingest.InputException;
import org.visitbalance.intake.MessageListener;

/** Listens for the connections of one entry. Each has a thread of its own. */
final class Hl7Server implements AutoCloseable {
  /** The most connections at a time. */
  static final int MOST = 64;

  private static final int BACKLOG = 16;

  private final Hl7Entry entry;
  private final ServerSocket socket;
  private final Hl7Pump pump;
  private final Supplier<MessageListener> listener;
  private final InstantSource time;
  private final Limits limits;
  private final Hl7Counts counts = new Hl7Counts();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile @Nullable String trouble;

  /**
   * How long a connection may be silent.
   *
   * @param insideMs inside of a message
   * @param idleMs between messages
   * @param answerMs until a message is answered: many senders wait for 30 seconds
   */
  record Limits(int insideMs, int idleMs, int answerMs) {
    static final Limits USUAL = new Limits(30_000, 600_000, 25_000);
  }

  /**
   * Opens the port.
   *
   * @param listener returns what messages are accepted as at present
   * @throws InputException if the port cannot be used
   */
  Hl7Server(
      Hl7Entry entry,
      @Nullable Hl7Tls tls,
      Hl7Pump pump,
      Supplier<MessageListener> listener,
      InstantSource time,
      Limits limits) {
    this.entry = entry;
    this.pump = pump;
    this.listener = listener;
    this.time = time;
    this.limits = limits;
    try {
      InetAddress host = InetAddress.getByName(entry.host());
      socket = tls == null ? new ServerSocket() : secure(tls);
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, entry.port()), BACKLOG);
    } catch (IOException e) {
      throw new InputException(
          "hl7 " + entry.name() + ": " + entry.host() + ":" + entry.port() + " cannot be used", e);
    } catch (IllegalArgumentException e) {
      throw new InputException("hl7 " + entry.name() + ": " + e.getMessage(), e);
    }
  }

  private static ServerSocket secure(Hl7Tls tls) throws IOException {
    SSLServerSocket secure =
        (SSLServerSocket) tls.context().getServerSocketFactory().createServerSocket();
    secure.setEnabledProtocols(Hl7Tls.PROTOCOLS);
    secure.setNeedClientAuth(tls.truststore() != null);
    return secure;
  }

  void start() {
    daemon(this::listen, "hl7-" + entry.name());
  }

  private static void daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket one = socket.accept();
        if (connections.incrementAndGet() > MOST) {
          connections.decrementAndGet();
          counts.add(Hl7Counts.Event.TOO_MANY);
          one.close();
        } else {
          open.add(one);
          daemon(() -> serve(one), "hl7-" + entry.name() + "-connection");
        }
        trouble = null;
      } catch (IOException e) {
        if (!socket.isClosed()) {
          trouble = "connections cannot be accepted";
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket one) {
    try (one) {
      new Hl7Connection(entry, one, pump, listener, counts, time, limits).serve();
    } catch (IOException e) {
      // Whoever was there has gone.
      counts.add(Hl7Counts.Event.BROKEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | StackOverflowError e) {
      counts.add(Hl7Counts.Event.BROKEN);
      LoggerFactory.getLogger(Hl7Server.class)
          .atWarn()
          .addKeyValue("listener", entry.name())
          .addKeyValue("kind", e.getClass().getSimpleName())
          .log("An HL7 connection was closed because of a mistake of the program");
    } finally {
      open.remove(one);
      connections.decrementAndGet();
    }
  }

  String name() {
    return entry.name();
  }

  int port() {
    return socket.getLocalPort();
  }

  Hl7Counts counts() {
    return counts;
  }

  int connections() {
    return connections.get();
  }

  @Nullable String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket one : open) {
        one.close();
      }
    } catch (IOException e) {
      // It is closed as far as it can be.
    }
  }
}
