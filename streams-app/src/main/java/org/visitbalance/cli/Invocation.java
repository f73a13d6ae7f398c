package org.visitbalance.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** How the program is called on this machine, so that commands in messages can be copied. */
public final class Invocation {
  /** In the documents, and in the help of a checkout. */
  private static final String CHECKOUT = "bin/visit-balance";

  /** Set by the launchers of packages. */
  private static final String COMMAND = "visitbalance.command";

  private Invocation() {}

  /** Returns how to call the program, such as {@code visit-balance}. */
  public static String name() {
    return System.getProperty(COMMAND, CHECKOUT);
  }

  /** Writes the name into the help of a command and of all its subcommands. */
  public static void show(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.description(named(usage.description()));
    usage.footer(named(usage.footer()));
    command.getSubcommands().values().forEach(Invocation::show);
  }

  private static String[] named(String... lines) {
    String[] named = new String[lines.length];
    for (int i = 0; i < lines.length; i++) {
      named[i] = lines[i].replace(CHECKOUT, name());
    }
    return named;
  }
}
