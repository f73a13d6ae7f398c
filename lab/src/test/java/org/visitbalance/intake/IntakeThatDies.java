package org.visitbalance.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.serde.Codec;

/** An intake in a process of its own, whose topics are a file, until it is killed. */
final class IntakeThatDies {
  static final String TENANT = "T1";

  private IntakeThatDies() {}

  /** The first argument is the folder of everything. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path root = Path.of(arguments[0]);
    try (Intake intake = open(root, new Log(root.resolve("topics")))) {
      while (!Files.exists(root.resolve("stop"))) {
        intake.look();
        Thread.sleep(5);
      }
    }
  }

  static Intake open(Path root, Outlet outlet) throws IOException {
    IntakeFolder folder =
        new IntakeFolder(
            root.resolve("inbox"),
            TENANT,
            null,
            Duration.ZERO,
            IntakeFolder.IGNORED,
            null,
            root.resolve("archive"),
            root.resolve("quarantine"),
            List.of(),
            false,
            false);
    return Intake.open(
        new IntakePlan(root.resolve("state"), List.of(folder), any -> null, any -> null),
        outlet,
        () -> Instant.parse("2027-01-15T12:00:00Z"));
  }

  /** Topics as a file: a transaction is one write with its length before it. */
  static final class Log implements Outlet {
    private static final Codec<ReceivedFile> CODEC = new Codec<>(ReceivedFile.class);
    private final Path file;
    final List<SpecificRecord> facts = new ArrayList<>();
    final Map<String, ReceivedFile> last = new HashMap<>();

    Log(Path file) throws IOException {
      this.file = file;
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
      int whole = 0;
      while (all.remaining() >= Integer.BYTES) {
        int length = all.getInt();
        if (all.remaining() < length) {
          break;
        }
        read(all, all.position() + length);
        whole = all.position();
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(whole);
      }
    }

    private void read(ByteBuffer all, int end) {
      for (int states = all.getInt(); states > 0; states--) {
        ReceivedFile state = CODEC.decode(next(all));
        last.put(state.getSha256() + state.getPart(), state);
      }
      while (all.position() < end) {
        facts.add(FactBytes.decode(next(all)));
      }
    }

    private static byte[] next(ByteBuffer all) {
      byte[] bytes = new byte[all.getInt()];
      all.get(bytes);
      return bytes;
    }

    @Override
    public void send(List<ReceivedFile> states, List<SpecificRecord> more) {
      List<byte[]> parts = new ArrayList<>();
      states.forEach(state -> parts.add(CODEC.encode(state)));
      more.forEach(fact -> parts.add(FactBytes.encode(fact)));
      int length =
          Integer.BYTES + parts.stream().mapToInt(part -> part.length + Integer.BYTES).sum();
      ByteBuffer all =
          ByteBuffer.allocate(length + Integer.BYTES).putInt(length).putInt(states.size());
      parts.forEach(part -> all.putInt(part.length).put(part));
      all.flip();
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
        while (all.hasRemaining()) {
          channel.write(all);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      states.forEach(state -> last.put(state.getSha256() + state.getPart(), state));
      facts.addAll(more);
    }

    @Override
    public @Nullable ReceivedFile last(ReceivedFile state) {
      return last.get(state.getSha256() + state.getPart());
    }

    @Override
    public void close() {}
  }
}
