package org.visitbalance.query.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the process should go on, and whether its answers are to be relied on.
 *
 * @param live what only another start can mend
 * @param ready all that an answer needs
 */
public record Health(List<Check> live, List<Check> ready) {
  /**
   * One thing that has to be well.
   *
   * @param problem what is wrong with it, and what to do; null while it is well
   * @param note what is said of it while it is well
   */
  public record Check(String name, Supplier<@Nullable String> problem, Supplier<String> note) {
    /** One of which nothing is to be said while it is well. */
    public Check(String name, Supplier<@Nullable String> problem) {
      this(name, problem, () -> "is well");
    }
  }

  /** What a set of checks finds. */
  record Finding(boolean up, Map<String, @Nullable Object> body) {}

  static Finding look(List<Check> checks) {
    List<Map<String, @Nullable Object>> lines = new ArrayList<>();
    boolean up = true;
    for (Check check : checks) {
      String problem = check.problem().get();
      up &= problem == null;
      Map<String, @Nullable Object> line = new LinkedHashMap<>();
      line.put("name", check.name());
      line.put("status", status(problem == null));
      line.put("detail", problem == null ? check.note().get() : problem);
      lines.add(line);
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("status", status(up));
    body.put("checks", lines);
    return new Finding(up, body);
  }

  private static String status(boolean up) {
    return up ? "UP" : "DOWN";
  }
}
