package org.visitbalance.query.request;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The body of a request that is one JSON object. */
public final class JsonBody {
  private JsonBody() {}

  /**
   * Returns the object.
   *
   * @param longest the most bytes
   * @param tooLarge what to do if it has more, in a sentence
   */
  public static JsonNode of(RequestContext call, int longest, String tooLarge) {
    byte[] bytes = call.body();
    if (bytes.length > longest) {
      throw Problem.of(413, "Content too large", tooLarge);
    }
    try {
      JsonNode body = JsonValues.mapper().readTree(bytes);
      if (body == null || !body.isObject()) {
        throw Problem.unusable("body", "must be a JSON object");
      }
      return body;
    } catch (JacksonException e) {
      throw Problem.unusable("body", "must be valid JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a text that has to be there. */
  public static String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isTextual() || value.asText().isBlank() || !Params.isText(value.asText())) {
      throw Problem.unusable(name, "is required and must be text");
    }
    return value.asText();
  }
}
