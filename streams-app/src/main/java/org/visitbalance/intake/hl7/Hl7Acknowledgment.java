package org.visitbalance.intake.hl7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Text;

/** The answer to a message. It repeats the message's addresses and its MSH-10, and nothing else. */
final class Hl7Acknowledgment {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmssxx", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LONGEST = 250;

  /** Whether a message is taken. */
  enum Code {
    ACCEPT("AA", "CA"),
    ERROR("AE", "CE"),
    REJECT("AR", "CR");

    private final String original;
    private final String enhanced;

    Code(String original, String enhanced) {
      this.original = original;
      this.enhanced = enhanced;
    }

    /** Returns the code of the original mode. */
    String original() {
      return original;
    }
  }

  private Hl7Acknowledgment() {}

  /** Returns whether a message is itself an answer, which is never answered. */
  static boolean isAnswer(byte[] message) {
    String type = Hl7Text.header(message, 9).toUpperCase(Locale.ROOT);
    return type.startsWith("ACK") || type.startsWith("MCF");
  }

  /**
   * Returns the answer, or null if the sender wants none.
   *
   * @param text for MSA-3
   */
  static byte @Nullable [] of(byte[] message, Code code, String text, Instant at, long number) {
    String accept = Hl7Text.header(message, 15).toUpperCase(Locale.ROOT);
    boolean isWanted =
        switch (accept) {
          case "NE" -> false;
          case "ER" -> code != Code.ACCEPT;
          case "SU" -> code == Code.ACCEPT;
          default -> true;
        };
    if (!isWanted) {
      return null;
    }
    String said = accept.isEmpty() ? code.original : code.enhanced;
    String begin = Hl7Text.header(message, 2);
    boolean isMessage = begin.length() >= 4 && begin.length() <= 5;
    String head = new String(message, 0, Math.min(message.length, LONGEST), ISO_8859_1);
    int msh = head.indexOf("MSH");
    char separator = isMessage && msh >= 0 && msh + 3 < head.length() ? head.charAt(msh + 3) : '|';
    String encoding = isMessage ? begin : "^~\\&";
    String control = part(message, 10);
    String answer =
        String.join(
            String.valueOf(separator),
            "MSH",
            encoding,
            part(message, 5),
            part(message, 6),
            part(message, 3),
            part(message, 4),
            TIME.format(at),
            "",
            "ACK" + trigger(message, encoding.charAt(0)),
            "VB" + at.toEpochMilli() + "-" + number,
            processing(message),
            version(message));
    String outcome =
        String.join(String.valueOf(separator), "MSA", said, control)
            + (text.isEmpty() ? "" : separator + text);
    byte[] body = (answer + "\r" + outcome + "\r").getBytes(ISO_8859_1);
    byte[] frame = new byte[body.length + 3];
    frame[0] = MllpDecoder.BEGIN;
    System.arraycopy(body, 0, frame, 1, body.length);
    frame[frame.length - 2] = MllpDecoder.END;
    frame[frame.length - 1] = MllpDecoder.RETURN;
    return frame;
  }

  /** Returns a field byte by byte, so that its characters stay those of the sender. */
  private static String part(byte[] message, int field) {
    String said = Hl7Text.header(message, field);
    StringBuilder clean = new StringBuilder(Math.min(said.length(), LONGEST));
    for (int i = 0; i < said.length() && i < LONGEST; i++) {
      if (said.charAt(i) >= ' ') {
        clean.append(said.charAt(i));
      }
    }
    return clean.toString();
  }

  private static String trigger(byte[] message, char between) {
    String[] parts = part(message, 9).split(Pattern.quote(String.valueOf(between)), 3);
    return parts.length < 2 || !parts[1].matches("[A-Z0-9]{3}") ? "" : between + parts[1];
  }

  private static String processing(byte[] message) {
    String said = part(message, 11);
    return said.matches("[A-Z]") ? said : "P";
  }

  private static String version(byte[] message) {
    String said = part(message, 12);
    return said.matches("2\\.[0-9](\\.[0-9])?") ? said : "2.5.1";
  }
}
