package org.visitbalance.cli.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Opens a file as a double click does, or an address, by the system's own command. */
public final class FileOpener {
  private static final int SECONDS = 10;

  /** Starts a command; returns whether it did what it was asked to. */
  @FunctionalInterface
  interface Launcher {
    boolean launch(List<String> command) throws IOException, InterruptedException;
  }

  private final String system;
  private final Map<String, String> environment;
  private final Launcher launcher;

  FileOpener(String system, Map<String, String> environment, Launcher launcher) {
    this.system = system.toLowerCase(Locale.ROOT);
    this.environment = environment;
    this.launcher = launcher;
  }

  /** Returns an opener for the system that this process runs on. */
  public static FileOpener ofThisMachine() {
    return new FileOpener(System.getProperty("os.name", ""), System.getenv(), FileOpener::launch);
  }

  /** Opens a file, or says where it is. */
  void open(Path file, Consumer<String> notes) {
    if (!canOpen(file.toAbsolutePath().normalize().toString())) {
      notes.accept("no browser could be started; open " + file + " yourself");
    }
  }

  /** Opens an address in the browser; returns whether one could be started. */
  public boolean openAddress(String address) {
    return canOpen(address);
  }

  private boolean canOpen(String name) {
    try {
      if (system.startsWith("windows")) {
        return launcher.launch(List.of("rundll32", "url.dll,FileProtocolHandler", name));
      } else if (system.startsWith("mac")) {
        return launcher.launch(List.of("open", name));
      }
      return hasScreen() && launcher.launch(List.of("xdg-open", name));
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Without a screen, xdg-open would look for a browser in the terminal. */
  private boolean hasScreen() {
    return environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
  }

  /** What is still running after a while is a browser. */
  private static boolean launch(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    return !process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() == 0;
  }
}
