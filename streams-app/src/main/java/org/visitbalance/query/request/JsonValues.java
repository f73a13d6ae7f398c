package org.visitbalance.query.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Maps, lists and plain values as JSON. */
final class JsonValues {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonValues() {}

  static byte[] bytes(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(@Nullable Object value) {
    return new String(bytes(value), java.nio.charset.StandardCharsets.UTF_8);
  }

  static ObjectMapper mapper() {
    return MAPPER;
  }
}
