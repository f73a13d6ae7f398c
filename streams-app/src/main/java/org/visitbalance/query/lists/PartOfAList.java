package org.visitbalance.query.lists;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.text.Words;

/** What a file leaves out, for whoever gets it and does not know what was asked for. */
final class PartOfAList {
  /** They leave nothing out. */
  private static final Set<String> WHOLE =
      Set.of("tenant", "format", "headers", "limit", "cursor", "sort", "by", ShownIds.PARAM);

  private static final Set<String> SYMBOLS =
      Set.of(
          "status",
          "level",
          "severity",
          "kind",
          "state",
          "verdict",
          "granularity",
          "cause",
          "rejectionType",
          "list");

  private PartOfAList() {}

  /** Says what narrowed a list; nothing if it is whole. */
  static List<String> lines(RequestContext call) {
    List<String> lines = new ArrayList<>();
    String filters =
        call.params().names().stream()
            .filter(name -> !WHOLE.contains(name))
            .map(name -> filter(name, call.params().texts(name)))
            .filter(filter -> !filter.isEmpty())
            .collect(Collectors.joining("; "));
    if (!filters.isEmpty()) {
      lines.add("Only a part: " + filters + ".");
    }
    Set<String> own = call.caller().locations();
    if (own != null) {
      lines.add(
          "Only the locations that the person who made this file may see: "
              + own.stream().sorted().collect(Collectors.joining(", "))
              + ".");
    }
    return lines;
  }

  private static String filter(String name, List<String> values) {
    if (values.equals(List.of("ALL"))) {
      return "";
    }
    String label = name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    return label
        + " "
        + values.stream()
            .map(value -> SYMBOLS.contains(name) ? Words.ofAny(value) : value)
            .collect(Collectors.joining(", "));
  }
}
