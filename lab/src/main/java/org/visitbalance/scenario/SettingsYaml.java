package org.visitbalance.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.settings.Settings;

/** Writes settings documents the way a person would: without values that equal the default. */
public final class SettingsYaml {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_/-]*");
  private static final Set<String> NOT_TEXT =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private SettingsYaml() {}

  /** Writes settings.yaml or, for several companies, one settings_TENANT.yaml each. */
  static void write(List<Settings> settings, Path folder) throws IOException {
    for (Settings document : settings) {
      String name =
          settings.size() == 1 ? "settings.yaml" : "settings_" + document.getTenant() + ".yaml";
      Files.writeString(folder.resolve(name), text(document));
    }
  }

  /** Returns the document's text. */
  public static String text(Settings settings) {
    StringBuilder yaml = new StringBuilder();
    for (Schema.Field field : settings.getSchema().getFields()) {
      Object value = settings.get(field.pos());
      if (value != null) {
        yaml.append(field.name()).append(':');
        field(yaml, value);
      }
    }
    return yaml.toString();
  }

  private static void field(StringBuilder yaml, Object value) {
    if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof SpecificRecord) {
      yaml.append('\n');
      for (Object row : list) {
        yaml.append("  - ");
        inline(yaml, row);
        yaml.append('\n');
      }
    } else {
      yaml.append(' ');
      inline(yaml, value);
      yaml.append('\n');
    }
  }

  private static void inline(StringBuilder yaml, Object value) {
    if (value instanceof SpecificRecord row) {
      map(yaml, fields(row));
    } else if (value instanceof Map<?, ?> map) {
      map(yaml, new TreeMap<>(map));
    } else if (value instanceof List<?> list) {
      String separator = "[";
      for (Object element : list) {
        yaml.append(separator);
        inline(yaml, element);
        separator = ", ";
      }
      yaml.append(list.isEmpty() ? "[]" : "]");
    } else {
      yaml.append(value instanceof String text ? quoted(text) : value.toString());
    }
  }

  private static void map(StringBuilder yaml, Map<?, ?> map) {
    String separator = "{";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      yaml.append(separator).append(quoted(entry.getKey().toString())).append(": ");
      inline(yaml, entry.getValue());
      separator = ", ";
    }
    yaml.append(map.isEmpty() ? "{}" : "}");
  }

  /** Returns the fields of a row in the order of the schema, without the empty ones. */
  private static Map<String, Object> fields(SpecificRecord row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Schema.Field field : row.getSchema().getFields()) {
      Object value = row.get(field.pos());
      boolean empty =
          value == null
              || (value instanceof Map<?, ?> map && map.isEmpty())
              || (value instanceof List<?> list && list.isEmpty());
      if (!empty) {
        fields.put(field.name(), value);
      }
    }
    return fields;
  }

  private static String quoted(String text) {
    boolean plain =
        PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
