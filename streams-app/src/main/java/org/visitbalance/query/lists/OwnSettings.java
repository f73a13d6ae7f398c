package org.visitbalance.query.lists;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Role;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.RequestContext;

/**
 * Settings as a caller may see them: the rules and fees of the company, of the location mapping the
 * rows of the caller's own locations, and the therapists' names only with the role worker.
 */
public final class OwnSettings {
  static final String LOCATIONS = "locations";
  static final String LOCATION = "locationId";
  static final String THERAPIST_NAMES = "therapistNames";
  private static final String SETTINGS = "settings";

  private OwnSettings() {}

  /** Narrows the document in a row. */
  public static void narrow(Map<String, @Nullable Object> row, RequestContext call) {
    boolean isWhole = !call.scope().isLimited() && call.caller().is(Role.WORKER);
    if (!isWhole && row.get(SETTINGS) instanceof RawValue document) {
      row.put(SETTINGS, new RawValue(own(String.valueOf(document.rawValue()), call)));
    }
  }

  private static String own(String document, RequestContext call) {
    try {
      return JsonValues.mapper().writeValueAsString(read(document, call));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads what a caller may see of a document. */
  static JsonNode read(String document, RequestContext call) {
    try {
      JsonNode settings = JsonValues.mapper().readTree(document);
      Iterator<JsonNode> mapping = settings.path(LOCATIONS).elements();
      while (mapping.hasNext()) {
        if (!call.scope().sees(mapping.next().path(LOCATION).asText())) {
          mapping.remove();
        }
      }
      if (!call.caller().is(Role.WORKER)) {
        ((ObjectNode) settings).putNull(THERAPIST_NAMES);
      }
      return settings;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
