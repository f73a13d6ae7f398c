package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Reason;
import org.visitbalance.query.model.Column;
import org.visitbalance.query.model.Table;
import org.visitbalance.query.model.Tables;
import org.visitbalance.service.Access;
import org.visitbalance.text.Words;
import org.visitbalance.topology.Topics;

/**
 * Holds the tables of the documentation equal to the code. Where a change is meant, run with {@code
 * -Dvisitbalance.golden.update}.
 */
class DocumentsTest {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void everySettingOfTheServiceIsDocumented() throws IOException {
    StringBuilder text =
        new StringBuilder("| variable | in the file | default | meaning |\n|---|---|---|---|\n");
    for (Setting setting : Setting.values()) {
      String usual =
          setting.usual() == null || setting.usual().isEmpty() ? "" : "`" + setting.usual() + "`";
      text.append(
          "| `%s` | `%s` | %s | %s |%n"
              .formatted(setting.variable(), setting.property(), usual, cell(setting.doc())));
    }
    check("operating.md", "settings", text.toString());
  }

  @Test
  void everyTableOfTheReadModelIsDocumented() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Table table : Tables.ALL) {
      text.append(
          "### %s%s%n%n%s%n%n"
              .formatted(table.name(), table.restricted() ? " (restricted)" : "", table.doc()));
      text.append(
          "| column | type | what |\n|---|---|---|\n| `record_key` | varchar | Key of the record. |\n");
      for (Column column : table.columns()) {
        text.append(
            "| `%s` | %s | %s |%n"
                .formatted(column.name(), column.type().sql(), cell(column.doc())));
      }
      text.append('\n');
    }
    check("read-model.md", "tables", text.toString());
  }

  @Test
  void everyLabelIsDocumented() throws IOException {
    StringBuilder text = new StringBuilder("| label | code | kind |\n|---|---|---|\n");
    for (Reason reason : Reason.values()) {
      if (reason != Reason.UNKNOWN) {
        String kind = Reasons.kind(reason) == Reasons.Kind.WORK ? "to do" : kind(reason);
        text.append("| %s | `%s` | %s |%n".formatted(Words.of(reason.name()), reason, kind));
      }
    }
    for (String kind : new TreeSet<>(Reasons.kinds())) {
      if (Stream.of(Reason.values()).noneMatch(reason -> reason.name().equals(kind))) {
        text.append("| %s | `%s` | |%n".formatted(Words.of(kind), kind));
      }
    }
    check("page.md", "labels", text.toString());
  }

  private static String kind(Reason reason) {
    return Reasons.kind(reason).name().toLowerCase(Locale.ROOT);
  }

  @Test
  void whatEachUserHasToBeAllowedIsDocumented() throws IOException {
    StringBuilder text = new StringBuilder("| user | operations | on |\n|---|---|---|\n");
    for (Access user : Access.values()) {
      String who = user.who();
      for (Access.Rule rule : user.rules()) {
        String operations =
            rule.operations().stream().map(Access::text).collect(Collectors.joining(", "));
        boolean all = rule.names().size() == Topics.ALL.size();
        String names =
            all
                ? "all topics of the installation"
                : rule.names().stream()
                    .map(name -> "`" + name + "`")
                    .collect(Collectors.joining(", "));
        String kind =
            switch (rule.resource()) {
              case GROUP -> "groups";
              case TRANSACTIONAL_ID -> "transactional IDs";
              default -> all ? "" : "topics";
            };
        String on = kind + (rule.isPrefix() ? " that begin with" : "") + " " + names;
        text.append("| %s | %s | %s |%n".formatted(who, operations, on.strip()));
        who = "";
      }
    }
    check("neighbors.md", "access", text.toString());
  }

  private static String cell(String doc) {
    return doc.replace("|", "\\|");
  }

  /** Compares what stands between the marks of a name. */
  private static void check(String file, String name, String made) throws IOException {
    String begin = "<!-- " + name + ": made from the code -->\n";
    String end = "<!-- end of " + name + " -->";
    Path path = DOCS.resolve(file);
    String text = Files.readString(path);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    assertThat(to).as("the marks in " + file).isGreaterThan(from - 1);
    if (System.getProperty("visitbalance.golden.update") != null) {
      Files.writeString(path, text.substring(0, from) + made + text.substring(to));
    } else {
      assertThat(text.substring(from, to)).isEqualTo(made);
    }
  }
}
