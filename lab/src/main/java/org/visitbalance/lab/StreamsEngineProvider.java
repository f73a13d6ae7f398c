package org.visitbalance.lab;

import java.time.Instant;
import java.util.Map;
import org.visitbalance.cli.files.EngineProvider;
import org.visitbalance.core.Engine;
import org.visitbalance.settings.Settings;

/** Brings {@link StreamsEngine} to {@code balance}. */
public final class StreamsEngineProvider implements EngineProvider {
  @Override
  public Engine start(Map<String, Settings> documents, Instant asOf, String tokenKey) {
    return new StreamsEngine(documents, asOf, tokenKey);
  }
}
