package org.visitbalance.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes a token key for an installation. */
@Command(
    name = "token-key",
    mixinStandardHelpOptions = true,
    description = {
      "Prints a new token key: 32 random bytes as hexadecimal digits. Keep it in a secret store, and"
          + " give the same one to every instance of serve and to every audit.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  (umask 077; bin/visit-balance token-key > /etc/visit-balance/token-key)",
      "  export VISIT_BALANCE_TOKEN_KEY_FILE=/etc/visit-balance/token-key",
      "",
      "Exit status: 0 printed."
    })
public final class TokenKeyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  TokenKeyCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(TokenKey.generate());
    out.flush();
    return ExitStatus.OK;
  }
}
