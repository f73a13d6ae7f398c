package org.visitbalance.cli.letters;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.visitbalance.service.LetterFilter;
import picocli.CommandLine.Option;

/** Which dead letters are meant, and how they are printed; the same for all commands on them. */
final class LetterOptions {
  /** How results are printed. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Only those of this company. Default: all, and those that name none.")
  private @Nullable String tenant;

  @Option(
      names = "--source",
      paramLabel = "TOPIC",
      description = "Only those of records on this topic.")
  private @Nullable String source;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only those whose field and reason contain this text.")
  private @Nullable String reason;

  @Option(
      names = "--since",
      paramLabel = "INSTANT",
      description = "Only those of records from this moment on.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "Only those of records before this moment.")
  private @Nullable Instant until;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text for people, or json, one object a line. Default: text.")
  private Format format;

  @SuppressWarnings("NullAway.Init")
  LetterOptions() {}

  LetterFilter filter() {
    String only = tenant;
    return new LetterFilter(
        only == null ? any -> true : only::equals, source, reason, since, until);
  }

  boolean isJson() {
    return format == Format.JSON;
  }
}
