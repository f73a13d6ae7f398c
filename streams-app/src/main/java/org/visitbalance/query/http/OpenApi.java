package org.visitbalance.query.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.visitbalance.query.request.JsonValues;

/** The document of the API; it is written in YAML and given as JSON. */
final class OpenApi {
  private static final String FILE = "/api/openapi.yaml";

  private OpenApi() {}

  static byte[] json() {
    try (InputStream file = Objects.requireNonNull(OpenApi.class.getResourceAsStream(FILE))) {
      return JsonValues.bytes(new Load(LoadSettings.builder().build()).loadFromInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
