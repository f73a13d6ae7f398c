package org.visitbalance.query.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the process is working, and whether its responses are reliable.
 *
 * @param live problems that only a restart can fix
 * @param ready everything that a response needs
 */
public record Health(List<Check> live, List<Check> ready) {
  /**
   * One health check.
   *
   * @param problem what is wrong and what to do; null if nothing is wrong
   */
  public record Check(String name, Supplier<@Nullable String> problem) {}

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
      line.put("detail", problem == null ? "OK" : problem);
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
