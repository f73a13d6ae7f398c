package org.visitbalance.ingest.hl7;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The financial transactions of a message: charges and credits, with names of their own. */
final class Hl7Lines {
  private static final FieldRef NUMBER = FieldRef.of("FT1-1");

  private final Hl7Draft draft;
  private final String kind;
  private final Map<String, Integer> repeats = new HashMap<>();

  /**
   * A transaction.
   *
   * @param number which one of the message, from 1 on
   * @param name of the line, with its number where the message repeats it; null if it has none
   */
  record Line(Hl7Segment segment, int number, boolean isCredit, @Nullable String name) {}

  Hl7Lines(Hl7Draft draft, String kind) {
    this.draft = draft;
    this.kind = kind;
  }

  /** Returns the charges and credits; counts the others. */
  List<Line> all(Function<Hl7Segment, @Nullable String> namer) {
    List<Line> all = new ArrayList<>();
    int number = 0;
    for (Hl7Segment segment : draft.message().all("FT1")) {
      number++;
      String word = draft.profile().rule(kind, "transactionType").value(draft.message(), segment);
      String type = draft.profile().type(word);
      if (type == null) {
        draft.dead(
            number,
            "transactionType",
            word == null ? "is blank" : "is not a known type; map it in transactionTypes");
      } else if (type.equals("IGNORE")) {
        draft.ignored();
      } else {
        Line line = new Line(segment, number, type.equals("CD"), namer.apply(segment));
        repeats.merge(key(line), 1, Integer::sum);
        all.add(line);
      }
    }
    return all.stream().map(this::named).toList();
  }

  private static String key(Line line) {
    return line.isCredit + " " + line.name;
  }

  private Line named(Line line) {
    if (line.name == null || repeats.getOrDefault(key(line), 1) == 1) {
      return line;
    }
    String said = line.segment.get(NUMBER);
    String number = said == null ? Integer.toString(line.number) : said;
    return new Line(line.segment, line.number, line.isCredit, line.name + "/" + number);
  }
}
