package org.visitbalance.intake.sftp;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClient.Attribute;
import org.apache.sshd.sftp.client.SftpClient.Attributes;
import org.apache.sshd.sftp.client.SftpClient.DirEntry;
import org.apache.sshd.sftp.common.SftpException;

/**
 * Looks at a server's folder and fetches what is new in it. A file is fetched if two lists agree on
 * its size and time, goes into its folder by a rename when it is complete, and is fetched once
 * whatever happens in between; a version with another size or time is another one.
 */
final class SftpPull implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final SftpEntry entry;
  private final KeyPair key;
  private final TakenFiles taken;
  private final Duration pause;
  private final SftpListener listener;
  private final PathMatcher matcher;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Creates one that has not looked yet.
   *
   * @param pause between the two lists
   */
  SftpPull(SftpEntry entry, KeyPair key, TakenFiles taken, Duration pause, SftpListener listener) {
    this.entry = entry;
    this.key = key;
    this.taken = taken;
    this.pause = pause;
    this.listener = listener;
    this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + entry.match());
  }

  /** Fetches what is new now. */
  void look() throws IOException, InterruptedException {
    Files.createDirectories(entry.into());
    if (!finishBegun()) {
      return;
    }
    try (SftpConnection connection = SftpConnection.open(entry, key)) {
      SftpClient sftp = connection.sftp();
      Map<String, RemoteFile> listed = list(sftp, true);
      for (RemoteFile one : listed.values()) {
        if (taken.has(one)) {
          putAway(sftp, one);
        }
      }
      List<RemoteFile> fresh =
          listed.values().stream()
              .filter(one -> !taken.has(one))
              .sorted(Comparator.comparing(RemoteFile::modified).thenComparing(RemoteFile::name))
              .toList();
      if (fresh.isEmpty() || stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      Map<String, RemoteFile> again = list(sftp, false);
      for (RemoteFile one : fresh) {
        if (stopped.getCount() == 0) {
          return;
        } else if (one.equals(again.get(one.name()))) {
          take(sftp, one);
        } else {
          listener.left(one.name(), "it is still being written");
        }
      }
    }
  }

  /** Finishes what a process that was killed had begun; returns whether nothing is left of it. */
  private boolean finishBegun() throws IOException {
    RemoteFile begun = taken.begun();
    if (begun == null) {
      return true;
    }
    Path target = entry.into().resolve(begun.name());
    // The rename is what removes it.
    if (Files.exists(part(begun))) {
      if (Files.exists(target)) {
        listener.left(begun.name(), WAITS);
        return false;
      }
      Files.move(part(begun), target, StandardCopyOption.ATOMIC_MOVE);
    }
    taken.finish(begun);
    listener.taken(target, begun.size());
    return true;
  }

  private static final String WAITS = "a file of this name still waits in the folder";

  private Map<String, RemoteFile> list(SftpClient sftp, boolean tells) throws IOException {
    Map<String, RemoteFile> files = new LinkedHashMap<>();
    for (DirEntry one : sftp.readDir(entry.remote())) {
      String name = one.getFilename();
      boolean isFile = isFile(one.getAttributes()) && !name.equals(".") && !name.equals("..");
      if (isFile && RemoteFile.isSafe(name)) {
        if (matcher.matches(Path.of(name))) {
          files.put(name, file(name, one.getAttributes()));
        }
      } else if (isFile && tells) {
        listener.left(name, "its name cannot be used here");
      }
    }
    return files;
  }

  private static boolean isFile(Attributes attributes) {
    Set<Attribute> known = attributes.getFlags();
    return known.contains(Attribute.Size)
        && (attributes.isRegularFile() || !known.contains(Attribute.Perms));
  }

  private static RemoteFile file(String name, Attributes attributes) {
    FileTime modified = attributes.getModifyTime();
    return new RemoteFile(
        name, attributes.getSize(), modified == null ? 0 : modified.to(TimeUnit.SECONDS));
  }

  private void take(SftpClient sftp, RemoteFile file) throws IOException {
    Path target = entry.into().resolve(file.name());
    if (Files.exists(target)) {
      listener.left(file.name(), WAITS);
      return;
    }
    Path part = part(file);
    boolean isWhole = false;
    try {
      long size = download(sftp, file, part);
      isWhole = size == file.size() && file.equals(now(sftp, file));
      if (isWhole) {
        taken.begin(file);
      } else {
        listener.left(file.name(), "it changed while it was fetched");
      }
    } catch (SftpException e) {
      listener.left(file.name(), "the server does not give it (status " + e.getStatus() + ")");
    } finally {
      if (!isWhole) {
        Files.deleteIfExists(part);
      }
    }
    if (isWhole && finishBegun()) {
      putAway(sftp, file);
    }
  }

  private RemoteFile now(SftpClient sftp, RemoteFile file) throws IOException {
    return file(file.name(), sftp.lstat(remote(file.name())));
  }

  /** Downloads a file, as far as it was listed; what has grown since is seen by the caller. */
  private long download(SftpClient sftp, RemoteFile file, Path part) throws IOException {
    long size = 0;
    try (InputStream in = sftp.read(remote(file.name()));
        FileChannel out =
            FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0 && size <= file.size(); read = in.read(buffer)) {
        if (stopped.getCount() == 0) {
          throw new SftpTrouble("the download was stopped");
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
        while (bytes.hasRemaining()) {
          size += out.write(bytes);
        }
      }
      out.force(true);
    }
    return size;
  }

  private void putAway(SftpClient sftp, RemoteFile file) throws IOException {
    if (entry.remoteAfter().kind() == RemoteAfter.Kind.KEEP) {
      return;
    }
    try {
      // What has come under this name since has not been fetched.
      if (!file.equals(now(sftp, file))) {
        return;
      } else if (entry.remoteAfter().kind() == RemoteAfter.Kind.DELETE) {
        sftp.remove(remote(file.name()));
      } else {
        move(sftp, file, remote(Objects.requireNonNull(entry.remoteAfter().folder())));
      }
    } catch (SftpException e) {
      listener.left(
          file.name(),
          "it was fetched, and the server does not let it be put away (status "
              + e.getStatus()
              + ")");
    }
  }

  /** A file of an earlier day may have the same name. */
  private void move(SftpClient sftp, RemoteFile file, String folder) throws IOException {
    try {
      sftp.mkdir(folder);
    } catch (SftpException e) {
      // It is there, or the rename will say so.
    }
    try {
      sftp.rename(remote(file.name()), folder + "/" + file.name());
    } catch (SftpException e) {
      sftp.rename(remote(file.name()), folder + "/" + file.name() + "." + file.modified());
    }
  }

  private String remote(String name) {
    if (name.startsWith("/")) {
      return name;
    }
    return entry.remote().endsWith("/") ? entry.remote() + name : entry.remote() + "/" + name;
  }

  /** The name says whose it is: several entries may share a folder. */
  private Path part(RemoteFile file) {
    return entry.into().resolve(file.name() + "." + entry.name() + ".part");
  }

  /** Lets a look end soon. */
  void stop() {
    stopped.countDown();
  }

  @Override
  public void close() throws IOException {
    stop();
    taken.close();
  }
}
