package org.visitbalance.lab.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A network between two processes that can be bad. */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 1 << 16;
  private static final long DELAY_MS = 300;

  /** What it does to its connections. */
  enum Mode {
    /** Everything passes. */
    PASS,
    /** Connections are closed, and new ones are not taken. */
    DROP,
    /** Each piece of data comes late. */
    DELAY,
    /**
     * Connections stay open, and nothing passes: what is sent is lost. Such a connection is closed
     * when everything passes again.
     */
    HALF_OPEN
  }

  private final ServerSocket door;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;

  TcpProxy(int port, int target) {
    this.target = target;
    try {
      this.door = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("proxy to " + target, this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  void become(Mode next) {
    Mode before = mode;
    mode = next;
    if (next == Mode.DROP || before == Mode.HALF_OPEN) {
      open.forEach(TcpProxy::shut);
    }
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket near = door.accept();
        if (mode == Mode.DROP) {
          shut(near);
        } else {
          run("proxy to " + target, () -> connect(near));
        }
      } catch (IOException e) {
        // It is closed, or the connection is already gone.
      }
    }
  }

  private void connect(Socket near) {
    open.add(near);
    Socket far = new Socket();
    try (near;
        far) {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      open.add(far);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread back = run("proxy from " + target, () -> pump(far, near));
      pump(near, far);
      back.join();
    } catch (IOException e) {
      // Nobody is there: the connection is closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(near);
      open.remove(far);
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
        if (mode == Mode.DELAY) {
          TimeUnit.MILLISECONDS.sleep(DELAY_MS);
        }
        if (mode != Mode.HALF_OPEN) {
          out.write(chunk, 0, length);
          out.flush();
        }
      }
    } catch (IOException e) {
      // One side is gone: so is the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shut(from);
      shut(to);
    }
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  private static Thread run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      // It is gone.
    }
    open.forEach(TcpProxy::shut);
  }
}
