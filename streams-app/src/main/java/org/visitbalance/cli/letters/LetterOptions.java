package org.visitbalance.cli.letters;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.visitbalance.service.LetterFilter;
import org.visitbalance.topology.Topics;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that select dead letters and their format, for all commands on them. */
final class LetterOptions {
  /** The format of the results. */
  enum Format {
    TEXT,
    JSON
  }

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description =
          "Only those of this company. Default: all, and those without a readable company.")
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
      description = "Only those of records from this time on.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "Only those of records before this time.")
  private @Nullable Instant until;

  @Option(
      names = "--format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "text for people, or json with one object per line. Default: text.")
  private Format format;

  @SuppressWarnings("NullAway.Init")
  LetterOptions() {}

  /**
   * Returns what is selected.
   *
   * @param command that has these options
   * @param prefix of the installation's topics
   * @throws ParameterException if nothing could ever be selected, which would look like an answer
   */
  LetterFilter filter(CommandLine command, String prefix) {
    String named = source;
    if (named != null
        && Topics.ALL.stream()
            .noneMatch(one -> named.equals(one.name()) || named.equals(prefix + one.name()))) {
      throw new ParameterException(
          command,
          "--source " + named + " is no topic of the installation; name one such as emr.visits");
    } else if (since != null && until != null && since.isAfter(until)) {
      throw new ParameterException(command, "--since " + since + " is after --until " + until);
    }
    String only = tenant;
    return new LetterFilter(
        only == null ? any -> true : only::equals, source, reason, since, until);
  }

  boolean isJson() {
    return format == Format.JSON;
  }
}
