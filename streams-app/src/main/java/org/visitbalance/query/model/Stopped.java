package org.visitbalance.query.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why the figures of answers no longer follow what is received.
 *
 * @param reason a sentence without its end; it contains no values of records
 * @param action what to do, the same way
 */
public record Stopped(String reason, String action) {
  /** Returns it as the API shows it. */
  public Map<String, @Nullable Object> shown() {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    shown.put("reason", reason);
    shown.put("action", action);
    return shown;
  }
}
