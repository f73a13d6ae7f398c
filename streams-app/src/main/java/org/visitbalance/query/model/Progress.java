package org.visitbalance.query.model;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work on the tables that takes a while and that whoever reads them should know of.
 *
 * @param percent how much of it is done
 * @param doneAt when it will be done at the present speed; null if that cannot be told yet
 */
public record Progress(Work work, Instant since, int percent, @Nullable Instant doneAt) {
  /** What is being done. */
  public enum Work {
    /** New tables are filled beside the ones in use, which stay as fresh as ever. */
    REBUILDING,
    /** The topology and the tables read what they have not read yet; answers are of the past. */
    CATCHING_UP,
    /** The topology judges again by other settings; answers are in between, some old, some new. */
    APPLYING_SETTINGS
  }

  /** Returns it as the API shows it. */
  public Map<String, @Nullable Object> shown() {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("work", work.name());
    shown.put("since", since.toString());
    shown.put("percent", percent);
    shown.put("doneAt", doneAt == null ? null : doneAt.toString());
    return shown;
  }

  /** Returns how much of a whole is done; it is 100 when all is. */
  static int percent(long done, long total) {
    return done >= total ? 100 : (int) Math.max(0, 100.0 * done / total);
  }
}
