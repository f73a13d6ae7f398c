package org.visitbalance.query.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.PeriodicTask;

/**
 * Whether the process should go on, and whether its answers are to be relied on.
 *
 * @param live what only another start can mend
 * @param ready all that an answer needs
 */
public record Health(List<Check> live, List<Check> ready) {
  /** How one thing is. */
  public enum Level {
    /** It is well. */
    UP,
    /** People should see to it, and answers are right all the same. */
    WARN,
    /** It is not well. */
    DOWN
  }

  /** What is found of one thing. */
  public record Outcome(Level level, String detail) {}

  /** One thing that has to be well. */
  public record Check(String name, Supplier<Outcome> look) {
    /**
     * A thing that is well or not.
     *
     * @param problem what is wrong with it, and what to do; null while it is well
     */
    public static Check of(String name, Supplier<@Nullable String> problem) {
      return of(name, problem, () -> null);
    }

    /**
     * A thing about which people may have to be told something, though it is well.
     *
     * @param warning what they should see to; null: nothing
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

    /** Work that is done again and again, beside what answers need. */
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
