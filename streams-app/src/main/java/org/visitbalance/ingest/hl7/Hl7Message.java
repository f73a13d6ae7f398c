package org.visitbalance.ingest.hl7;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.Structure;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.ParserConfiguration;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.idgenerator.InMemoryIDGenerator;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message taken apart. Its segments may be in any order; those that nobody asks for are left out
 * before anything is read of them, so that documents in a message cost nothing. Not thread-safe.
 */
final class Hl7Message {
  private static final FieldRef TYPE = FieldRef.of("MSH-9.1");
  private static final FieldRef TRIGGER = FieldRef.of("MSH-9.2");
  private static final FieldRef EVENT = FieldRef.of("EVN-1");

  /** More segments than this of those that are asked for, and it is no message of a visit. */
  private static final int MOST_SEGMENTS = 1000;

  /** More characters that separate something than this in a segment. */
  private static final int MOST_PARTS = 4000;

  private static final ThreadLocal<PipeParser> PARSER = ThreadLocal.withInitial(Hl7Message::parser);

  private final List<Hl7Segment> segments;

  private Hl7Message(List<Hl7Segment> segments) {
    this.segments = segments;
  }

  /** A text that is no message. What it says has nothing of the text. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    Broken(String why) {
      super(why, null, false, false);
    }
  }

  @SuppressWarnings("PMD.CloseResource") // Has nothing to close but threads of a server.
  private static PipeParser parser() {
    ParserConfiguration configuration = new ParserConfiguration();
    configuration.setIdGenerator(new InMemoryIDGenerator());
    configuration.setAllowUnknownVersions(true);
    configuration.setValidating(false);
    return new DefaultHapiContext(
            configuration, ValidationContextFactory.noValidation(), new GenericModelClassFactory())
        .getPipeParser();
  }

  /**
   * Takes a message apart.
   *
   * @param text with a carriage return after each segment
   * @param wanted the names of the segments that are asked for
   */
  static Hl7Message of(String text, Set<String> wanted) throws Broken {
    if (!Hl7Text.isMessage(text)) {
      throw new Broken("does not begin with MSH");
    }
    List<Hl7Segment> segments = new ArrayList<>();
    try {
      Message message = PARSER.get().parse(filtered(text, wanted));
      for (String name : message.getNames()) {
        for (Structure one : message.getAll(name)) {
          if (one instanceof ca.uhn.hl7v2.model.Segment segment) {
            segments.add(new Hl7Segment(segment.getName(), segment));
          }
        }
      }
    } catch (HL7Exception | RuntimeException | StackOverflowError e) {
      // What it says may have text of the message.
      throw new Broken(
          "cannot be taken apart; check its separators and its type (MSH-1, MSH-2, MSH-9)");
    }
    Hl7Message taken = new Hl7Message(segments);
    if (taken.all("MSH").size() > 1) {
      throw new Broken("has several MSH; send each message by itself");
    }
    return taken;
  }

  private static String filtered(String text, Set<String> wanted) throws Broken {
    StringBuilder kept = new StringBuilder(Math.min(text.length(), 4096));
    int count = 0;
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\r', from);
      end = end < 0 ? text.length() : end;
      if (end - from >= 3 && wanted.contains(text.substring(from, from + 3))) {
        if (++count > MOST_SEGMENTS) {
          throw new Broken("has more than " + MOST_SEGMENTS + " segments");
        }
        check(text, from, end);
        kept.append(text, from, end).append('\r');
      }
      from = end + 1;
    }
    return kept.toString();
  }

  private static void check(String text, int from, int end) throws Broken {
    int parts = 0;
    for (int i = from; i < end; i++) {
      char one = text.charAt(i);
      if (!(one >= '0' && one <= '9') && !(one >= 'A' && one <= 'z') && one != ' ') {
        parts++;
      }
    }
    if (parts > MOST_PARTS) {
      throw new Broken("has a segment with more than " + MOST_PARTS + " parts");
    }
  }

  /** Returns the first segment of a name, or null. */
  @Nullable Hl7Segment first(String name) {
    for (Hl7Segment one : segments) {
      if (one.name().equals(name)) {
        return one;
      }
    }
    return null;
  }

  /** Returns the segments of a name, in their order. */
  List<Hl7Segment> all(String name) {
    return segments.stream().filter(one -> one.name().equals(name)).toList();
  }

  /** Returns whether a segment comes again and says something else than before. */
  boolean differs(String name) {
    List<Hl7Segment> all = all(name);
    return all.size() > 1 && all.stream().map(Hl7Segment::text).distinct().count() > 1;
  }

  /** Returns the message as it would be with only one of each of two segments. */
  Hl7Message with(Hl7Segment one, Hl7Segment other) {
    List<Hl7Segment> kept = new ArrayList<>(segments);
    kept.removeIf(each -> each.name().equals(one.name()) || each.name().equals(other.name()));
    kept.add(one);
    kept.add(other);
    return new Hl7Message(kept);
  }

  /**
   * Returns a value; null if it is blank or not there.
   *
   * @param of the segment that is being read, which gives the places of its own name
   */
  @Nullable String get(FieldRef place, @Nullable Hl7Segment of) {
    if (of != null && place.first() == null && place.segment().equals(of.name())) {
      return of.get(place);
    }
    for (Hl7Segment one : segments) {
      if (one.name().equals(place.segment())) {
        if (place.first() == null) {
          return one.get(place);
        }
        FieldRef number = new FieldRef(place.segment(), null, 1, null, 1, 1);
        if (place.first().equalsIgnoreCase(one.get(number))) {
          return one.get(place);
        }
      }
    }
    return null;
  }

  @Nullable String get(FieldRef place) {
    return get(place, null);
  }

  /** Returns what kind of message it is: ADT, DFT, ... */
  String type() {
    return upper(get(TYPE));
  }

  /** Returns what happened: A08, P03, ... */
  String trigger() {
    String said = get(TRIGGER);
    return upper(said == null ? get(EVENT) : said);
  }

  private static String upper(@Nullable String text) {
    return text == null ? "" : text.toUpperCase(Locale.ROOT);
  }
}
