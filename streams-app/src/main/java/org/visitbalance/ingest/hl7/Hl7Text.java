package org.visitbalance.ingest.hl7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text of messages: in what characters it is written, and where its segments end. */
public final class Hl7Text {
  private static final int CHARACTER_SET = 18;

  /** HL7 table 0211. */
  private static final Map<String, Charset> SETS =
      Map.ofEntries(
          Map.entry("ASCII", StandardCharsets.US_ASCII),
          Map.entry("8859/1", ISO_8859_1),
          Map.entry("8859/2", Charset.forName("ISO-8859-2")),
          Map.entry("8859/15", Charset.forName("ISO-8859-15")),
          Map.entry("UNICODE UTF-8", StandardCharsets.UTF_8),
          Map.entry("UNICODE", StandardCharsets.UTF_8),
          Map.entry("UTF-8", StandardCharsets.UTF_8),
          Map.entry("UTF8", StandardCharsets.UTF_8),
          Map.entry("WINDOWS-1252", Charset.forName("windows-1252")),
          Map.entry("CP1252", Charset.forName("windows-1252")));

  private static final String OTHER_CHARACTERS =
      "has bytes that are not of its character set; name the right one in MSH-18, or as charset in"
          + " the profile";

  private static final String UNKNOWN_SET =
      "MSH-18 names an unknown character set; known are ASCII, 8859/1, 8859/2, 8859/15,"
          + " UNICODE UTF-8, and WINDOWS-1252";

  private Hl7Text() {}

  /**
   * Returns the text of a message, with a carriage return after each segment.
   *
   * @param otherwise the characters of a message that does not say what it is written in
   * @return null if there is none; {@link #whyNot} says why
   */
  public static @Nullable String of(byte[] bytes, Charset otherwise) {
    Charset named = named(bytes, otherwise);
    if (named == null) {
      return null;
    }
    try {
      String text =
          named
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
      return lines(text);
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Returns a text with its segments ended by carriage returns, and no others before them. */
  static String lines(String text) {
    String ended = text.replace("\r\n", "\r").replace('\n', '\r');
    int from = 0;
    while (from < ended.length() && (ended.charAt(from) <= ' ' || ended.charAt(from) == '\uFEFF')) {
      from++;
    }
    return ended.substring(from);
  }

  /** Returns whether bytes begin as a message does. */
  public static boolean isMessage(byte[] bytes) {
    return isMessage(lines(new String(bytes, 0, Math.min(bytes.length, 100), ISO_8859_1)));
  }

  /** Returns whether a text begins as a message does. */
  public static boolean isMessage(String text) {
    return text.length() > 8
        && text.startsWith("MSH")
        && !Character.isLetterOrDigit(text.charAt(3));
  }

  /** Says why bytes have no text that could be read. */
  public static String whyNot(byte[] bytes) {
    return named(bytes, ISO_8859_1) == null ? UNKNOWN_SET : OTHER_CHARACTERS;
  }

  private static @Nullable Charset named(byte[] bytes, Charset otherwise) {
    String[] fields = header(bytes);
    String name = fields.length < CHARACTER_SET ? "" : fields[CHARACTER_SET - 1];
    int end = 0;
    while (end < name.length()
        && (Character.isLetterOrDigit(name.charAt(end)) || isInner(name, end))) {
      end++;
    }
    String set = name.substring(0, end).strip().toUpperCase(Locale.ROOT);
    return set.isEmpty() ? otherwise : SETS.get(set);
  }

  private static boolean isInner(String name, int at) {
    return "/- ".indexOf(name.charAt(at)) >= 0;
  }

  /** Returns the fields of the first segment, which all sets write in the same way. */
  private static String[] header(byte[] bytes) {
    int length = Math.min(bytes.length, 2000);
    String text = lines(new String(bytes, 0, length, ISO_8859_1));
    int end = text.indexOf('\r');
    String header = end < 0 ? text : text.substring(0, end);
    if (!isMessage(header)) {
      // The fields of another segment may name a patient.
      return new String[0];
    }
    return header.split(Pattern.quote(header.substring(3, 4)), -1);
  }

  /** Returns a field of the first segment of a text that may be no message; empty without it. */
  public static String header(byte[] bytes, int field) {
    String[] fields = header(bytes);
    // The separator itself is field 1.
    return fields.length < field ? "" : fields[field - 1].strip();
  }
}
