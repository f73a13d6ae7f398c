package org.visitbalance.query.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.PeriodicTask;

/**
 * Whether the process is working, and whether its responses are reliable.
 *
 * @param live problems that only a restart can fix
 * @param ready everything that a response needs
 */
public record Health(List<Check> live, List<Check> ready) {
  /** The result of one check. */
  public enum Level {
    /** Nothing is wrong. */
    UP,
    /** Answers are right, but someone should look into it. */
    WARN,
    /** Something is wrong. */
    DOWN
  }

  /** What a check found. */
  public record Outcome(Level level, String detail) {}

  /** One health check. */
  public record Check(String name, Supplier<Outcome> look) {
    /**
     * Returns a check that is up or down.
     *
     * @param problem what is wrong and what to do; null if nothing is wrong
     */
    public static Check of(String name, Supplier<@Nullable String> problem) {
      return of(name, problem, () -> null);
    }

    /**
     * Returns a check that may also warn.
     *
     * @param warning what someone should look into; null if nothing
     */
    public static Check of(
        String name, Supplier<@Nullable String> problem, Supplier<@Nullable String> warning) {
      return new Check(
          name,
          () -> {
            String wrong = problem.get();
            String told = wrong == null ? warning.get() : null;
            if (wrong != null) {
              return new Outcome(Level.DOWN, wrong);
            }
            return told == null ? new Outcome(Level.UP, "OK") : new Outcome(Level.WARN, told);
          });
    }

    /** Returns a check of periodic work that answers do not depend on. */
    public static Check of(PeriodicTask task) {
      PeriodicTask.Status status = task.status();
      return new Check(
          status.name(),
          () -> {
            PeriodicTask.Status now = task.status();
            return new Outcome(now.problem() == null ? Level.UP : Level.WARN, now.sentence());
          });
    }
  }

  /** What a set of checks finds. */
  record Finding(boolean up, Map<String, @Nullable Object> body) {}

  static Finding look(List<Check> checks) {
    List<Map<String, @Nullable Object>> lines = new ArrayList<>();
    boolean up = true;
    for (Check check : checks) {
      Outcome outcome = check.look().get();
      up &= outcome.level() != Level.DOWN;
      Map<String, @Nullable Object> line = new LinkedHashMap<>();
      line.put("name", check.name());
      line.put("status", outcome.level().name());
      line.put("detail", outcome.detail());
      lines.add(line);
    }
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("status", (up ? Level.UP : Level.DOWN).name());
    body.put("checks", lines);
    return new Finding(up, body);
  }
}
