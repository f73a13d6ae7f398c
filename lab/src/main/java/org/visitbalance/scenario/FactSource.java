package org.visitbalance.scenario;

import java.util.List;
import java.util.stream.Stream;
import org.visitbalance.settings.Settings;

/** Companies whose facts can be told, as often as asked for and always the same. */
public interface FactSource {
  /**
   * Returns the facts from the first on, produced as they are read, about in order of known time.
   */
  Stream<TimedFact> facts();

  /** Returns one document per company, in the order of their names. */
  List<Settings> settings();
}
