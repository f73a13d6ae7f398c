package org.visitbalance.intake;

import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What there is to say of a file, for people. */
final class Sentences {
  private Sentences() {}

  /** Returns some sentences as one text, each once; null if there is none. */
  static @Nullable String together(Stream<? extends @Nullable String> sentences) {
    String text = sentences.filter(Objects::nonNull).distinct().collect(Collectors.joining(" "));
    return text.isEmpty() ? null : text;
  }
}
