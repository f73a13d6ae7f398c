package org.visitbalance.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds free ports of the loopback interface. */
final class FreePorts {
  /** Below the ports that systems assign to outgoing connections, which come and go. */
  private static final int FIRST = 20_000;

  private static final int END = 32_000;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /**
   * Returns different ports that were free a moment ago; whoever binds them must expect that one
   * has been taken since.
   */
  static int[] find(int count) {
    return ThreadLocalRandom.current()
        .ints(TRIES, FIRST, END)
        .distinct()
        .filter(FreePorts::isFree)
        .limit(count)
        .toArray();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
