package org.visitbalance.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** docker-compose.yml, as a person reads it. */
public final class ComposeFile {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern METRIC = Pattern.compile("visit_balance_[a-z_]+");

  private final Map<String, Object> document;

  private ComposeFile(Map<String, Object> document) {
    this.document = document;
  }

  public static ComposeFile read() {
    return new ComposeFile(map(yaml(ROOT.resolve("docker-compose.yml"))));
  }

  /** The metrics of ours that the alerts and the dashboard ask for. */
  public static Set<String> metrics() {
    Set<String> names = new TreeSet<>();
    for (String file : List.of("prometheus/alerts.yml", "grafana/dashboards/visit-balance.json")) {
      for (String line : lines(ROOT.resolve("ops").resolve(file))) {
        Matcher matcher = METRIC.matcher(line);
        while (matcher.find()) {
          names.add(matcher.group());
        }
      }
    }
    return names;
  }

  static Object yaml(Path file) {
    try {
      return new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  public List<String> services() {
    return List.copyOf(map(document.get("services")).keySet());
  }

  public Map<String, Object> service(String name) {
    return map(map(document.get("services")).get(name));
  }

  /** The environment of a service, that of its env_file too. */
  public Map<String, String> environment(String service) {
    Map<String, String> environment = new TreeMap<>();
    Object file = service(service).get("env_file");
    if (file != null) {
      for (String line : lines(ROOT.resolve(file.toString()))) {
        if (!line.isBlank() && !line.startsWith("#")) {
          int equals = line.indexOf('=');
          environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
    }
    map(service(service).get("environment"))
        .forEach((name, value) -> environment.put(name, value.toString()));
    return environment;
  }

  /** The words after the image's entry point. */
  public List<String> command(String service) {
    return texts(service(service).get("command"));
  }

  /** The broker's properties, as the image makes them of KAFKA_ variables. */
  public Map<String, String> serverProperties(String service) {
    Map<String, String> properties = new TreeMap<>();
    environment(service)
        .forEach(
            (name, value) -> {
              if (name.startsWith("KAFKA_") && !name.equals("KAFKA_HEAP_OPTS")) {
                String property = name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT);
                properties.put(property.replace('_', '.'), value);
              }
            });
    return properties;
  }

  static List<String> texts(Object list) {
    List<String> texts = new ArrayList<>();
    if (list instanceof List<?> values) {
      values.forEach(value -> texts.add(value.toString()));
    }
    return texts;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
