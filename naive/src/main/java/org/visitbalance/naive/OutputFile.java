package org.visitbalance.naive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One file of contract.md: its lines sorted as texts by their keys. */
final class OutputFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Line(List<String> key, String text) implements Comparable<Line> {
    @Override
    public int compareTo(Line other) {
      for (int i = 0; i < key.size(); i++) {
        int order = Bytes.ORDER.compare(key.get(i), other.key.get(i));
        if (order != 0) {
          return order;
        }
      }
      return Bytes.ORDER.compare(text, other.text);
    }
  }

  private final List<String> keys;
  private final List<Line> lines = new ArrayList<>();

  /** The tenant, then the names of the fields that are the key. */
  OutputFile(String... keys) {
    this.keys = List.of(keys);
  }

  void add(Map<String, Object> fields) {
    lines.add(
        new Line(
            keys.stream().map(key -> String.valueOf(fields.get(key))).toList(), write(fields)));
  }

  List<String> sorted() {
    return lines.stream().sorted().map(Line::text).toList();
  }

  private static String write(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** An object of names and values in turn; dates, instants and enums as their texts. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      boolean asIs =
          value == null
              || value instanceof Number
              || value instanceof Boolean
              || value instanceof Map
              || value instanceof List;
      object.put((String) namesAndValues[i], asIs ? value : value.toString());
    }
    return object;
  }
}
