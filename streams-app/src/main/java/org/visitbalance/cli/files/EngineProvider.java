package org.visitbalance.cli.files;

import java.time.Instant;
import java.util.Map;
import org.visitbalance.core.Engine;
import org.visitbalance.settings.Settings;

/**
 * The engine of {@code balance --engine streams}. It needs an embedded cluster, so a module beside
 * the service brings it, found with {@link java.util.ServiceLoader}.
 */
public interface EngineProvider {
  /**
   * Starts the engine.
   *
   * @param documents the settings by tenant; a tenant without one has the defaults
   */
  Engine start(Map<String, Settings> documents, Instant asOf, String tokenKey);
}
