package org.visitbalance.scenario;

import java.util.List;
import java.util.stream.Stream;
import org.visitbalance.settings.Settings;

/** A source of companies whose facts can be produced repeatedly, always the same. */
public interface FactSource {
  /**
   * Returns the facts from the first one on, produced as they are read, approximately in order of
   * known time.
   */
  Stream<TimedFact> facts();

  /** Returns one settings document per company, sorted by name. */
  List<Settings> settings();
}
