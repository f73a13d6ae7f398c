package org.visitbalance.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of expected files, on a disk that becomes full in the middle of a line. */
class ExpectingTest {
  @TempDir private Path temp;

  @Test
  void aLineIsWholeOrNotThere() throws IOException {
    Path file = Files.writeString(temp.resolve("expected.log"), "since\tT1\ta.csv\t2027-01-19\n");
    try (FileChannel full = new FullDisk(file)) {
      assertThatThrownBy(() -> Expecting.append(full, "feed\tT1\tBILLING\t2027-01-20T05:00:00Z"))
          .hasMessage("No space left on device");
    }
    try (FileChannel there = FileChannel.open(file, StandardOpenOption.APPEND)) {
      Expecting.append(there, "since\tT1\tb.csv\t2027-01-20");
    }

    assertThat(file).hasContent("since\tT1\ta.csv\t2027-01-19\nsince\tT1\tb.csv\t2027-01-20\n");
  }

  /** Takes a few bytes, and then no more. */
  private static final class FullDisk extends FileChannel {
    private final FileChannel file;
    private int room = 5;

    FullDisk(Path file) throws IOException {
      this.file = FileChannel.open(file, StandardOpenOption.APPEND);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      int most = Math.min(room, bytes.remaining());
      room -= most;
      int written = file.write(bytes.slice(bytes.position(), most));
      bytes.position(bytes.position() + written);
      return written;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      return file.truncate(size);
    }

    @Override
    public void force(boolean all) throws IOException {
      file.force(all);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }

    @Override
    public int read(ByteBuffer into) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer into, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer from, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean isShared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean isShared) {
      throw new UnsupportedOperationException();
    }
  }
}
