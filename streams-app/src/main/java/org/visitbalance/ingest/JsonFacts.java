package org.visitbalance.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
 * Reads files of JSON lines (contract.md#input), several pieces of a file in parallel. Skips empty
 * lines; every other line is a fact or a dead letter.
 */
final class JsonFacts {
  private static final int PIECE = 4 << 20;
  private static final int MORE = 64 << 10;

  /** Stands for a line with bytes that are not of its encoding. */
  private static final byte[] NO_TEXT = {(byte) 0xFF};

  private final List<Path> files;

  JsonFacts(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /** The lines of one piece, those with anything in them, and the dead letters, numbered within. */
  private record Piece(long lines, long rows, List<DeadLetter> letters) {}

  private final List<FileRead> counts = new ArrayList<>();

  /** Returns what became of the lines of each file, once all have been read. */
  List<FileRead> counts() {
    return List.copyOf(counts);
  }

  /**
   * Reads all files to the end.
   *
   * @param threads the number of threads that may work at the same time
   */
  void readInto(FactSink sink, int threads) {
    ThreadLocal<JsonFactReader> readers =
        ThreadLocal.withInitial(() -> new JsonFactReader(sink::knownAt));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<List<Future<Piece>>> all = new ArrayList<>();
      for (Path file : files) {
        List<Future<Piece>> pieces = new ArrayList<>();
        Charset charset = TableFile.charset(TableFile.head(file));
        if (charset != null && !charset.equals(StandardCharsets.UTF_8)) {
          all.add(List.of(pool.submit(() -> readDecoded(file, charset, sink, readers.get()))));
          continue;
        }
        long size = size(file);
        for (long start = 0; start < size; start += PIECE) {
          long from = start;
          long to = Math.min(size, start + PIECE);
          pieces.add(pool.submit(() -> read(file, from, to, sink, readers.get())));
        }
        all.add(pieces);
      }
      for (int i = 0; i < all.size(); i++) {
        counts.add(number(String.valueOf(files.get(i).getFileName()), all.get(i), sink));
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

  private static FileRead number(String name, List<Future<Piece>> pieces, FactSink sink)
      throws InterruptedException, ExecutionException {
    long before = 0;
    long rows = 0;
    long invalid = 0;
    for (Future<Piece> future : pieces) {
      Piece piece = future.get();
      for (DeadLetter letter : piece.letters()) {
        sink.deadLetter(
            DeadLetter.newBuilder(letter).setPosition(before + letter.getPosition()).build());
      }
      before += piece.lines();
      rows += piece.rows();
      invalid += piece.letters().size();
    }
    return new FileRead(name, rows, 0, invalid);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw Problems.unreadable(file, e);
    }
  }

  /** Reads the lines that begin in a piece; the last one may end after it. */
  private static Piece read(Path file, long from, long to, FactSink sink, JsonFactReader reader) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long first = Math.max(0, from - 1);
      int limit = (int) (to - first);
      byte[] bytes = new byte[limit + MORE];
      int filled = fill(channel, bytes, 0, first);
      // The last line may be longer than the buffer, and the file may end at any byte.
      while (filled == bytes.length && FactLines.endOfLine(bytes, limit - 1, filled) == filled) {
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        filled = fill(channel, bytes, filled, first);
      }
      int position =
          from == 0 ? FactLines.afterMark(bytes) : FactLines.endOfLine(bytes, 0, filled) + 1;
      limit = Math.min(limit, filled);
      reader.open(bytes, filled);
      long lines = 0;
      long rows = 0;
      List<DeadLetter> letters = new ArrayList<>(0);
      while (position < limit) {
        int end = FactLines.endOfLine(bytes, position, filled);
        lines++;
        if (!FactLines.isBlank(bytes, position, end)) {
          rows++;
          JsonFactReader.Result result = reader.read(position, end);
          if (result.fact() != null && result.knownAt() != null) {
            sink.fact(result.fact(), result.knownAt());
          } else {
            letters.add(result.letter(String.valueOf(file.getFileName()), lines));
          }
        }
        position = end + 1;
      }
      return new Piece(lines, rows, letters);
    } catch (IOException e) {
      throw Problems.unreadable(file, e);
    }
  }

  /** Reads a file that is not UTF-8 but says so: what some shells write on Windows. */
  private static Piece readDecoded(
      Path file, Charset charset, FactSink sink, JsonFactReader reader) {
    List<DeadLetter> letters = new ArrayList<>(0);
    long lines = 0;
    long rows = 0;
    try (BufferedReader in =
        new BufferedReader(new TextReader(Files.newInputStream(file), charset), PIECE)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines++;
        byte[] bytes = TextReader.hasBroken(line) ? NO_TEXT : line.getBytes(StandardCharsets.UTF_8);
        if (!FactLines.isBlank(bytes, 0, bytes.length)) {
          rows++;
          reader.open(bytes, bytes.length);
          JsonFactReader.Result result = reader.read(0, bytes.length);
          if (result.fact() != null && result.knownAt() != null) {
            sink.fact(result.fact(), result.knownAt());
          } else {
            letters.add(result.letter(String.valueOf(file.getFileName()), lines));
          }
        }
      }
      return new Piece(lines, rows, letters);
    } catch (IOException e) {
      throw Problems.unreadable(file, e);
    }
  }

  /** Fills an array with bytes of a file; returns how many bytes it then holds. */
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
}
