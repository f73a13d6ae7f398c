package org.visitbalance.report.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.visitbalance.output.DeadLetter;

/** Writes the file of invalid records. */
public final class DeadLetterLines {
  private static final Comparator<DeadLetter> BY_PLACE =
      Comparator.comparing(DeadLetter::getSource)
          .thenComparing(DeadLetter::getPosition)
          .thenComparing(DeadLetterLines::reason);

  private DeadLetterLines() {}

  /** Writes one line for each record, by source and position, and closes the stream. */
  public static void write(OutputStream out, Collection<DeadLetter> letters) throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
      for (DeadLetter letter : ordered(letters)) {
        json.writeStartObject();
        json.writeStringField("source", letter.getSource());
        json.writeNumberField("line", letter.getPosition());
        json.writeStringField("reason", reason(letter));
        json.writeEndObject();
      }
      if (!letters.isEmpty()) {
        json.writeRaw('\n');
      }
    }
  }

  static List<DeadLetter> ordered(Collection<DeadLetter> letters) {
    return letters.stream().sorted(BY_PLACE).toList();
  }

  static String reason(DeadLetter letter) {
    return letter.getField() == null
        ? letter.getReason()
        : letter.getField() + ": " + letter.getReason();
  }
}
