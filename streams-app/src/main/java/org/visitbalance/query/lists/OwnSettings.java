package org.visitbalance.query.lists;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.RequestContext;

/**
 * Settings as a caller may see them: the rules and fees of the company, and of the location mapping
 * the rows of the caller's own locations.
 */
public final class OwnSettings {
  private static final String SETTINGS = "settings";

  private OwnSettings() {}

  /** Narrows the document in a row. */
  public static void narrow(Map<String, @Nullable Object> row, RequestContext call) {
    if (call.scope().isLimited() && row.get(SETTINGS) instanceof RawValue document) {
      row.put(SETTINGS, new RawValue(own(String.valueOf(document.rawValue()), call)));
    }
  }

  private static String own(String document, RequestContext call) {
    try {
      JsonNode settings = JsonValues.mapper().readTree(document);
      Iterator<JsonNode> mapping = settings.path("locations").elements();
      while (mapping.hasNext()) {
        if (!call.scope().sees(mapping.next().path("locationId").asText())) {
          mapping.remove();
        }
      }
      return JsonValues.mapper().writeValueAsString((ObjectNode) settings);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
