package org.visitbalance.cli;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Stops a command that runs until it is stopped (by SIGTERM, Ctrl-C, or a terminal that closes).
 * Its parts are closed and the process exits with status 0, so that systemd and Kubernetes do not
 * see a failure. A second signal ends the process at once.
 */
public final class Stopping {
  private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP");

  /** The exit status of a process ended by a signal: 128 plus the number of SIGTERM. */
  private static final int KILLED = 143;

  private Stopping() {}

  /** Closes a command's parts if the process is stopped before they are closed. */
  public static void closes(Closeables opened) {
    AtomicBoolean isTold = new AtomicBoolean();
    Runnable stop =
        () -> {
          if (isTold.getAndSet(true)) {
            Runtime.getRuntime().halt(KILLED);
          }
          new Thread(() -> stop(opened), "stop").start();
        };
    List<Runnable> undo = new ArrayList<>();
    for (String name : SIGNALS) {
      Runnable one = handle(name, stop);
      if (one != null) {
        undo.add(one);
      }
    }
    if (undo.isEmpty()) {
      // Without signals (-Xrs, another system), the parts are closed, and the system sets the
      // status.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(opened), "stop"));
    }
    AutoCloseable unused = opened.open(() -> (AutoCloseable) () -> undo.forEach(Runnable::run));
  }

  private static void stop(Closeables opened) {
    close(opened);
    System.exit(ExitStatus.OK);
  }

  private static void close(Closeables opened) {
    try {
      opened.close();
    } catch (RuntimeException e) {
      // The end of the process closes the rest.
    }
  }

  /**
   * Handles a signal of the process. Java has no other interface for signals, and the compiler
   * warns about this one, so it is called by reflection.
   *
   * @return restores the previous handler; null if signals cannot be handled
   */
  private static @Nullable Runnable handle(String name, Runnable action) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object signal = signals.getConstructor(String.class).newInstance(name);
      Object handler =
          Proxy.newProxyInstance(
              handlers.getClassLoader(),
              new Class<?>[] {handlers},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                  return null;
                }
                return switch (method.getName()) {
                  case "equals" -> proxy == (arguments == null ? null : arguments[0]);
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> "stop";
                };
              });
      var handle = signals.getMethod("handle", signals, handlers);
      Object before = handle.invoke(null, signal, handler);
      return () -> {
        try {
          Object unused = handle.invoke(null, signal, before);
        } catch (ReflectiveOperationException e) {
          // The process is ending.
        }
      };
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }
}
