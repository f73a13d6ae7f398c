package org.visitbalance.cli;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The end of a command that runs until it is told to end (SIGTERM, Ctrl-C, or a terminal that is
 * closed). It closes what it has opened, and the process ends with status 0 then: whoever has
 * stopped it, be it a person, systemd or Kubernetes, is not to take that for a failure. A second
 * signal ends it at once.
 */
public final class Stopping {
  private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP");

  /** What a shell says of a process that a signal has ended: 128 and the signal's number. */
  private static final int KILLED = 143;

  private Stopping() {}

  /** Closes a command's parts when the process is told to end before they are closed. */
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
      // Without signals (-Xrs, another system) all is closed too; the status is the system's.
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
      // What cannot be closed in order is closed by the end of the process.
    }
  }

  /**
   * Handles a signal of the process. Java has no other interface for that, and the compiler warns
   * of this one: it is used by its name.
   *
   * @return what puts the earlier handler back; null where signals cannot be handled
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
