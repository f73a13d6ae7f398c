package org.visitbalance.ingest.hl7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;

/**
 * A file of messages: FHS, BHS, MSH ..., BTS, FTS, where everything but the messages may be
 * missing. What the ends of batches and of the file count must be there.
 */
public final class Hl7Batch {
  /** The most bytes of a message. */
  public static final int MOST_BYTES = 1 << 20;

  private static final List<String> BEGINNINGS = List.of("MSH", "FHS", "BHS");
  private static final int BEGINNING = 16;
  private static final int LONGEST_ENVELOPE = 4096;

  private final String name;
  private final Receiver receiver;
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private boolean isInMessage;
  private long line;
  private long first;
  private long messages;
  private long inBatch;
  private long batches;

  /** Takes messages. */
  public interface Receiver {
    /**
     * Takes a message.
     *
     * @param line the line of the file on which it begins
     */
    void message(byte[] bytes, long line) throws IOException;
  }

  private Hl7Batch(String name, Receiver receiver) {
    this.name = name;
    this.receiver = receiver;
  }

  /** Returns whether a file begins as one of messages does. */
  public static boolean is(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(BEGINNING), ISO_8859_1);
      int from = text.startsWith("\u00EF\u00BB\u00BF") ? 3 : 0;
      while (from < text.length() && text.charAt(from) <= ' ') {
        from++;
      }
      String begins = text.substring(from);
      return begins.length() > 3
          && BEGINNINGS.contains(begins.substring(0, 3))
          && !Character.isLetterOrDigit(begins.charAt(3))
          && begins.charAt(3) > ' ';
    }
  }

  /**
   * Reads the messages of a file.
   *
   * @return how many
   * @throws InputException if it is not complete; the message has nothing of its content
   */
  public static long read(Path file, Receiver receiver) throws IOException {
    Hl7Batch batch = new Hl7Batch(String.valueOf(file.getFileName()), receiver);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      batch.lines(in);
    }
    return batch.messages;
  }

  private void lines(InputStream in) throws IOException {
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    int before = 0;
    for (int read = in.read(); read >= 0; read = in.read()) {
      if (read == '\r' || read == '\n') {
        if (read == '\r' || before != '\r') {
          line(one.toByteArray());
          one.reset();
        }
      } else if (one.size() < MOST_BYTES) {
        one.write(read);
      } else {
        throw refused("has a line that is longer than 1 MiB");
      }
      before = read;
    }
    line(one.toByteArray());
    endMessage();
  }

  private void line(byte[] bytes) throws IOException {
    line++;
    int from = 0;
    while (from < bytes.length && (bytes[from] & 0xFF) <= ' ') {
      from++;
    }
    if (line == 1 && from == 0 && bytes.length > 3 && (bytes[0] & 0xFF) == 0xEF) {
      from = 3;
    }
    if (from == bytes.length) {
      return;
    }
    String text = new String(bytes, from, Math.min(3, bytes.length - from), ISO_8859_1);
    switch (text) {
      case "MSH" -> {
        endMessage();
        isInMessage = true;
        first = line;
        add(bytes, from);
      }
      case "FHS" -> endMessage();
      case "BHS" -> {
        endMessage();
        inBatch = 0;
      }
      case "BTS" -> {
        endMessage();
        check(bytes, inBatch, "message", "in the batch");
        batches++;
        inBatch = 0;
      }
      case "FTS" -> {
        endMessage();
        check(bytes, batches == 0 && messages > 0 ? 1 : batches, "batch", "in the file");
      }
      default -> {
        if (!isInMessage) {
          throw refused("has a segment outside of a message");
        }
        add(bytes, from);
      }
    }
  }

  private void add(byte[] bytes, int from) {
    if (message.size() + bytes.length > MOST_BYTES) {
      throw refused("has a message that is larger than 1 MiB");
    }
    message.write(bytes, from, bytes.length - from);
    message.write('\r');
  }

  private void endMessage() throws IOException {
    if (isInMessage) {
      isInMessage = false;
      messages++;
      inBatch++;
      byte[] bytes = message.toByteArray();
      message.reset();
      receiver.message(bytes, first);
    }
  }

  private void check(byte[] bytes, long has, String what, String where) {
    String says = count(bytes);
    if (says != null && !says.equals(Long.toString(has))) {
      // What is no number is not repeated here.
      String number = says.matches("[0-9]{1,12}") ? says : "no number";
      String things = number.equals("1") ? what : what + (what.endsWith("h") ? "es" : "s");
      throw refused("says " + number + " " + things + " " + where + ", but has " + has);
    }
  }

  /** Returns field 1 of the end of a batch or a file without zeros at its front, or null. */
  private static @Nullable String count(byte[] bytes) {
    String text =
        new String(bytes, 0, Math.min(bytes.length, LONGEST_ENVELOPE), ISO_8859_1).strip();
    if (text.length() < 5) {
      return null;
    }
    String[] fields = text.split(Pattern.quote(text.substring(3, 4)), 3);
    String said = fields.length < 2 ? "" : fields[1].strip();
    return said.isEmpty() ? null : said.replaceFirst("^0+(?=[0-9])", "");
  }

  private InputException refused(String why) {
    return new InputException(name + ":" + line + ": " + why);
  }
}
