package org.visitbalance.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.visitbalance.service.Access;

/** The commands of Kafka's own tool that allow each user what it needs. */
final class AclLines {
  private final String prefix;
  private final Function<Access, String> principals;

  /**
   * @param prefix of the topics, groups, and transactional ids
   * @param principals Kafka's name of each user
   */
  AclLines(String prefix, Function<Access, String> principals) {
    this.prefix = prefix;
    this.principals = principals;
  }

  List<String> of(List<Access> users) {
    List<String> lines = new ArrayList<>();
    lines.add("# Set KAFKA first: KAFKA=\"--bootstrap-server HOST:PORT --command-config FILE\"");
    for (Access user : users) {
      lines.add("");
      lines.add("# " + user.who().replace("`", ""));
      user.rules().forEach(rule -> lines.add(line(user, rule)));
    }
    return lines;
  }

  private String line(Access user, Access.Rule rule) {
    String option =
        switch (rule.resource()) {
          case GROUP -> "--group";
          case TRANSACTIONAL_ID -> "--transactional-id";
          default -> "--topic";
        };
    return "kafka-acls.sh $KAFKA --add --allow-principal "
        + quoted(principals.apply(user))
        + rule.operations().stream()
            .map(operation -> " --operation " + Access.text(operation))
            .collect(Collectors.joining())
        + (rule.isPrefix() ? " --resource-pattern-type prefixed" : "")
        + rule.names().stream()
            .map(name -> " " + option + " " + quoted(prefix + name))
            .collect(Collectors.joining());
  }

  /** Returns a word of a shell command. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9._:=,@/-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
