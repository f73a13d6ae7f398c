package org.visitbalance.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says which command or option a person may have meant. */
final class Mistyped {
  private static final int LETTERS_PER_MISTAKE = 3;

  private Mistyped() {}

  /**
   * Returns the sentence about the first argument that the command does not know, or null if
   * something else is wrong.
   */
  static @Nullable String sentence(ParameterException problem) {
    CommandLine command = problem.getCommandLine();
    CommandSpec spec = command.getCommandSpec();
    List<String> unknown = command.getUnmatchedArguments();
    for (String argument : unknown) {
      if (argument.length() > 1 && argument.startsWith("-")) {
        String option = argument.replaceFirst("=.*", "");
        return option + " is not an option of " + spec.name() + meant(option, options(spec), spec);
      }
    }
    if (unknown.isEmpty() || !(problem instanceof UnmatchedArgumentException)) {
      return null;
    }
    String first = unknown.get(0);
    Set<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "unexpected argument \""
            + first
            + "\" (names with spaces need quotation marks)"
            + help(spec)
        : first + " is not a command" + meant(first, commands, spec);
  }

  /** Returns where to read on, as the end of a sentence. */
  static String help(CommandSpec spec) {
    return "; see " + spec.qualifiedName() + " --help";
  }

  private static String meant(String typed, Collection<String> names, CommandSpec spec) {
    String best = "";
    int least = Math.max(1, typed.length() / LETTERS_PER_MISTAKE) + 1;
    for (String name : names) {
      int mistakes = mistakes(typed.toLowerCase(Locale.ROOT), name);
      if (mistakes < least) {
        least = mistakes;
        best = name;
      }
    }
    return best.isEmpty() ? help(spec) : ". Did you mean " + best + "?";
  }

  private static List<String> options(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        names.addAll(List.of(option.names()));
      }
    }
    return names;
  }

  /** Letters that are missing, added, or replaced, and neighbors that changed places. */
  private static int mistakes(String typed, String name) {
    int[][] least = new int[typed.length() + 1][name.length() + 1];
    for (int i = 0; i <= typed.length(); i++) {
      for (int j = 0; j <= name.length(); j++) {
        if (i == 0 || j == 0) {
          least[i][j] = i + j;
          continue;
        }
        boolean isSame = typed.charAt(i - 1) == name.charAt(j - 1);
        least[i][j] =
            Math.min(
                Math.min(least[i - 1][j], least[i][j - 1]) + 1,
                least[i - 1][j - 1] + (isSame ? 0 : 1));
        if (i > 1
            && j > 1
            && typed.charAt(i - 1) == name.charAt(j - 2)
            && typed.charAt(i - 2) == name.charAt(j - 1)) {
          least[i][j] = Math.min(least[i][j], least[i - 2][j - 2] + 1);
        }
      }
    }
    return least[typed.length()][name.length()];
  }
}
