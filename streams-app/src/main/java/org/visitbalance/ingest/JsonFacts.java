package org.visitbalance.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.visitbalance.output.DeadLetter;

/**
 * Reads files of JSON lines (contract.md, section 1), several pieces of a file at once. An empty
 * line is nothing; any other line is a fact or a dead letter.
 */
final class JsonFacts implements FactReader {
  private static final int PIECE = 4 << 20;
  private static final int MORE = 64 << 10;

  private final List<Path> files;

  JsonFacts(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /** The lines of one piece, and what was wrong with some of them, numbered within the piece. */
  private record Piece(long lines, List<DeadLetter> letters) {}

  @Override
  public void readInto(FactSink sink, int threads) {
    ThreadLocal<JsonFactReader> readers = ThreadLocal.withInitial(JsonFactReader::new);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<List<Future<Piece>>> all = new ArrayList<>();
      for (Path file : files) {
        List<Future<Piece>> pieces = new ArrayList<>();
        long size = size(file);
        for (long start = 0; start < size; start += PIECE) {
          long from = start;
          long to = Math.min(size, start + PIECE);
          pieces.add(pool.submit(() -> read(file, from, to, sink, readers.get())));
        }
        all.add(pieces);
      }
      for (List<Future<Piece>> pieces : all) {
        number(pieces, sink);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InputException unusable) {
        throw unusable;
      }
      throw new IllegalStateException("reading failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static void number(List<Future<Piece>> pieces, FactSink sink)
      throws InterruptedException, ExecutionException {
    long before = 0;
    for (Future<Piece> future : pieces) {
      Piece piece = future.get();
      for (DeadLetter letter : piece.letters()) {
        sink.deadLetter(
            DeadLetter.newBuilder(letter).setPosition(before + letter.getPosition()).build());
      }
      before += piece.lines();
    }
  }

  private static long size(Path file) {
    try {
      return java.nio.file.Files.size(file);
    } catch (IOException e) {
      throw Problems.unreadable(file, e);
    }
  }

  /** Reads the lines that begin in a piece; the last one may end behind it. */
  private static Piece read(Path file, long from, long to, FactSink sink, JsonFactReader reader) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] bytes = bytes(channel, Math.max(0, from - 1), to);
      int position = from == 0 ? afterMark(bytes) : endOfLine(bytes, 0) + 1;
      int limit = (int) (to - Math.max(0, from - 1));
      reader.open(bytes);
      long lines = 0;
      List<DeadLetter> letters = new ArrayList<>(0);
      while (position < limit) {
        int end = endOfLine(bytes, position);
        lines++;
        if (!isBlank(bytes, position, end)) {
          JsonFactReader.Result result = reader.read(position, end);
          if (result.fact() != null && result.knownAt() != null) {
            sink.fact(result.fact(), result.knownAt());
          } else {
            letters.add(
                new DeadLetter(
                    result.tenant(),
                    String.valueOf(file.getFileName()),
                    null,
                    lines,
                    result.field(),
                    String.valueOf(result.reason())));
          }
        }
        position = end + 1;
      }
      return new Piece(lines, letters);
    } catch (IOException e) {
      throw Problems.unreadable(file, e);
    }
  }

  /** The bytes of a range, and as many more as its last line needs. */
  private static byte[] bytes(FileChannel channel, long from, long to) throws IOException {
    byte[] bytes = new byte[(int) (to - from)];
    int filled = fill(channel, bytes, 0, from);
    while (filled == bytes.length && bytes[filled - 1] != '\n') {
      byte[] longer = Arrays.copyOf(bytes, bytes.length + MORE);
      int more = fill(channel, longer, filled, from);
      int end = endOfLine(longer, filled);
      if (end < more || more < longer.length) {
        return Arrays.copyOf(longer, Math.min(end + 1, more));
      }
      bytes = longer;
      filled = more;
    }
    return filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled);
  }

  private static int fill(FileChannel channel, byte[] bytes, int offset, long from)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    buffer.position(offset);
    int read = 0;
    while (buffer.hasRemaining() && read >= 0) {
      read = channel.read(buffer, from + buffer.position());
    }
    return buffer.position();
  }

  private static int endOfLine(byte[] bytes, int from) {
    int position = from;
    while (position < bytes.length && bytes[position] != '\n') {
      position++;
    }
    return position;
  }

  private static int afterMark(byte[] bytes) {
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    return marked ? 3 : 0;
  }

  private static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
