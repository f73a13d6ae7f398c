package org.visitbalance.intake.sftp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the files of a server again and again, on a thread of its own, until it is closed. While
 * the server is away, it tries again after 5 seconds, then after longer and longer times, up to the
 * time between two looks.
 */
public final class SftpPuller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SftpPuller.class);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_DOUBLINGS = 20;

  private final SftpEntry entry;
  private final SftpPull pull;
  private final TakenFiles taken;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<String, String> left = new HashMap<>();
  private volatile @Nullable String trouble;

  private SftpPuller(
      SftpEntry entry, KeyPair key, TakenFiles taken, Duration pause, SftpListener listener) {
    this.entry = entry;
    this.taken = taken;
    this.pull = new SftpPull(entry, key, taken, pause, new Teller(listener));
    this.thread = new Thread(this::run, "sftp-" + entry.name());
    thread.setDaemon(true);
  }

  /**
   * Starts to fetch.
   *
   * @param environment has the private key
   * @param state the folder in which it keeps what it has fetched; this process's only
   * @throws IllegalArgumentException if the key cannot be used
   */
  public static SftpPuller start(
      SftpEntry entry, Map<String, String> environment, Path state, SftpListener listener) {
    return start(entry, environment, state, PAUSE, listener);
  }

  /** Starts with another pause between the two lists of a look. */
  static SftpPuller start(
      SftpEntry entry,
      Map<String, String> environment,
      Path state,
      Duration pause,
      SftpListener listener) {
    KeyPair key = SftpKey.read(entry.keyEnv(), environment);
    try {
      Files.createDirectories(state);
      TakenFiles taken = TakenFiles.open(state.resolve("sftp-" + entry.name()));
      SftpPuller puller = new SftpPuller(entry, key, taken, pause, listener);
      puller.thread.start();
      return puller;
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + state + " cannot be used", e);
    }
  }

  /** Writes each reason once into the log, until it changes. */
  private final class Teller implements SftpListener {
    private final SftpListener listener;

    Teller(SftpListener listener) {
      this.listener = listener;
    }

    @Override
    public void taken(Path file, long size) {
      left.remove(String.valueOf(file.getFileName()));
      LOG.atInfo()
          .addKeyValue("sftp", entry.name())
          .addKeyValue("file", file.getFileName())
          .addKeyValue("bytes", size)
          .log("a file was fetched");
      listener.taken(file, size);
    }

    @Override
    public void left(String name, String why) {
      if (!why.equals(left.put(name, why))) {
        LOG.atWarn()
            .addKeyValue("sftp", entry.name())
            .addKeyValue("file", name)
            .addKeyValue("reason", why)
            .log("a file was left on the server");
      }
      listener.left(name, why);
    }
  }

  private void run() {
    int failures = 0;
    try {
      do {
        failures = hasLooked() ? 0 : failures + 1;
      } while (!stopped.await(rest(failures).toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      // It is being closed.
    }
  }

  private boolean hasLooked() throws InterruptedException {
    try {
      pull.look();
      if (trouble != null) {
        trouble = null;
        LOG.atInfo().addKeyValue("sftp", entry.name()).log("the server can be used again");
      }
      return true;
    } catch (IOException | RuntimeException e) {
      if (stopped.getCount() > 0) {
        String now = sentence(e);
        if (!now.equals(trouble)) {
          LOG.atWarn()
              .addKeyValue("sftp", entry.name())
              .addKeyValue("reason", now)
              .log("no files can be fetched; it tries again");
        }
        trouble = now;
      }
      return false;
    }
  }

  private static String sentence(Exception problem) {
    return problem instanceof SftpTrouble
        ? String.valueOf(problem.getMessage())
        : "the files cannot be fetched for now (" + problem.getClass().getSimpleName() + ")";
  }

  private Duration rest(int failures) {
    if (failures == 0) {
      return entry.every();
    }
    Duration longer = FIRST.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return longer.compareTo(entry.every()) < 0 ? longer : entry.every();
  }

  /** Returns the name of its entry. */
  public String name() {
    return entry.name();
  }

  /** Returns whether it has put a file of a name and size into a folder. */
  public boolean hasPut(Path folder, String name, long size) {
    return entry.into().equals(folder) && taken.hasPut(name, size);
  }

  /** Returns why nothing can be fetched now; null if nothing is wrong. */
  public @Nullable String trouble() {
    return trouble;
  }

  @Override
  public void close() {
    stopped.countDown();
    pull.stop();
    try {
      thread.join(PATIENCE.toMillis());
      thread.interrupt();
      thread.join(PATIENCE.toMillis());
      pull.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
