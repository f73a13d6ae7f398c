package org.visitbalance.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.ErrorCodes;
import org.visitbalance.platform.registry.LocalRegistry.Which;
import org.visitbalance.platform.registry.RegistryMode;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaTexts;

/**
 * A request of Confluent's protocol, taken apart.
 *
 * @param body a missing node if there was none
 */
record RegistryRequest(String method, List<String> path, Map<String, String> query, JsonNode body) {
  private static final int LARGEST_SCHEMA = 256 << 10;

  /** How many parts of a path come before its first name, where it is not two. */
  private static final Map<String, Integer> FIRST_NAMES =
      Map.of("subjects", 1, "config", 1, "mode", 1, "v1", Integer.MAX_VALUE);

  static RegistryRequest of(String method, URI address, JsonNode body) {
    List<String> path =
        Arrays.stream(address.getRawPath().split("/", -1))
            .filter(part -> !part.isEmpty())
            .map(part -> decode(part.replace("+", "%2B")))
            .toList();
    Map<String, String> query = new HashMap<>();
    String text = address.getRawQuery();
    for (String one : text == null ? new String[0] : text.split("&", -1)) {
      int sign = one.indexOf('=');
      query.put(
          decode(sign < 0 ? one : one.substring(0, sign)),
          sign < 0 ? "" : decode(one.substring(sign + 1)));
    }
    return new RegistryRequest(method, path, query, body);
  }

  private static String decode(String part) {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RegistryRefusedException(400, "The address is not encoded properly");
    }
  }

  /** Returns the method and the path with its names and numbers replaced by stars. */
  String shape() {
    if (path.isEmpty()) {
      return method + " ";
    }
    int firstName = FIRST_NAMES.getOrDefault(path.get(0), 2);
    StringBuilder shape = new StringBuilder(method).append(' ').append(path.get(0));
    for (int i = 1; i < path.size(); i++) {
      boolean name = i >= firstName && (i - firstName) % 2 == 0;
      shape.append('/').append(name ? "*" : path.get(i));
    }
    return shape.toString();
  }

  boolean is(String flag) {
    return Boolean.parseBoolean(query.get(flag));
  }

  /** Returns which versions the query is about. */
  Which which() {
    if (is("deletedOnly")) {
      return Which.DELETED;
    }
    return is("deleted") ? Which.ALL : Which.LIVE;
  }

  /** Returns the part of a list that the query asks for. */
  <T> List<T> page(List<T> all) {
    int from = Math.min(all.size(), Math.max(0, number("offset", 0)));
    int most = number("limit", -1);
    int end = most < 0 ? all.size() : Math.min(all.size() - from, most) + from;
    return all.subList(from, end);
  }

  private int number(String name, int otherwise) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("-?\\d{1,9}")) {
      throw new RegistryRefusedException(400, "The parameter " + name + " is not a number");
    }
    return Integer.parseInt(text);
  }

  /** Returns the id in the path. */
  int id() {
    String text = path.get(2);
    if (!text.matches("\\d{1,9}")) {
      throw new RegistryRefusedException(
          ErrorCodes.SCHEMA_NOT_FOUND, "Schema " + text + " not found.");
    }
    return Integer.parseInt(text);
  }

  /**
   * Returns a version's number in the path.
   *
   * @return null for the latest one
   */
  @Nullable Integer version(int index) {
    String text = path.get(index);
    if (text.equalsIgnoreCase("latest") || text.equals("-1")) {
      return null;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_VERSION,
          "The specified version '"
              + text
              + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the"
              + " string \"latest\"");
    }
    return Integer.valueOf(text);
  }

  /** Returns the schema in the body; one that cannot be read is refused, whatever Avro throws. */
  Schema schema() {
    if (!body.path("schemaType").asText("AVRO").equals("AVRO")) {
      throw invalid("Only schemas of type AVRO are supported");
    }
    if (!body.path("schema").isTextual()) {
      throw invalid("The request has no string \"schema\"");
    }
    if (!body.path("references").isEmpty()) {
      throw invalid("Schemas that refer to others are not supported: send the whole schema");
    }
    String text = body.path("schema").textValue();
    if (text.length() > LARGEST_SCHEMA) {
      throw invalid("Invalid Avro schema: it is longer than 256 KiB");
    }
    try {
      return SchemaTexts.parse(text);
    } catch (StackOverflowError e) {
      throw invalid("Invalid Avro schema: it is nested too deeply");
    } catch (AvroRuntimeException | IllegalArgumentException | NullPointerException e) {
      throw invalid("Invalid Avro schema: " + e.getMessage());
    }
  }

  private static RegistryRefusedException invalid(String why) {
    return new RegistryRefusedException(ErrorCodes.INVALID_SCHEMA, why);
  }

  CompatibilityLevel level() {
    try {
      return CompatibilityLevel.valueOf(
          body.path("compatibility").asText().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_LEVEL,
          "Invalid compatibility level. Valid values are none, backward, forward, full,"
              + " backward_transitive, forward_transitive, and full_transitive");
    }
  }

  RegistryMode mode() {
    try {
      return RegistryMode.valueOf(body.path("mode").asText().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new RegistryRefusedException(
          ErrorCodes.INVALID_MODE, "Invalid mode. Valid values are READWRITE and READONLY");
    }
  }
}
