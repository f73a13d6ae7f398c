package org.visitbalance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;

/**
 * What is set from outside: variables, each of which may instead name a file that holds its value
 * (as secrets are given to containers), and properties.
 */
public record Environment(Map<String, String> variables, Map<String, String> properties) {
  private static final String FILE = "_FILE";

  /** Variables that stand for names of Kafka's, Kafka Streams' and Confluent's. */
  static final Map<String, String> CLIENTS =
      Map.of(
          "VISIT_BALANCE_KAFKA_", "",
          "VISIT_BALANCE_STREAMS_", "",
          "VISIT_BALANCE_SCHEMA_REGISTRY_", "schema.registry.");

  /** Adds what variables say of clients: VISIT_BALANCE_KAFKA_SASL_MECHANISM is sasl.mechanism. */
  public static void clients(Map<String, String> variables, Map<String, Object> clients) {
    Environment all = new Environment(variables, Map.of());
    variables.forEach(
        (variable, value) ->
            CLIENTS.forEach(
                (before, names) -> {
                  if (variable.startsWith(before)) {
                    boolean isFile = variable.endsWith(FILE);
                    String name = isFile ? withoutFile(variable) : variable;
                    String rest = name.substring(before.length()).toLowerCase(Locale.ROOT);
                    clients.put(
                        names + rest.replace('_', '.'),
                        isFile ? all.content(variable, value) : value);
                  }
                }));
  }

  private static String withoutFile(String variable) {
    return variable.substring(0, variable.length() - FILE.length());
  }

  /** What is set, else the usual value, else null; blank is not set. */
  public @Nullable String get(Setting setting) {
    String value = variables.get(setting.variable());
    String file = variables.get(setting.variable() + FILE);
    if (value == null && file != null) {
      value = content(setting.variable() + FILE, file);
    }
    if (value == null || value.isBlank()) {
      value = properties.get(setting.property());
    }
    return value == null || value.isBlank() ? setting.usual() : value.strip();
  }

  /**
   * The same where it cannot be left out.
   *
   * @param why it is needed
   * @throws InputException if it is not set
   */
  public String need(Setting setting, String why) {
    String value = get(setting);
    if (value == null) {
      throw new InputException(
          "set " + setting.variable() + " or " + setting.property() + ": " + why);
    }
    return value;
  }

  public int whole(Setting setting, int most) {
    String value = need(setting, setting.doc());
    if (!value.matches("[0-9]{1,9}") || Integer.parseInt(value) > most) {
      throw new InputException(
          setting.variable() + " must be a whole number from 0 to " + most + ", not " + value);
    }
    return Integer.parseInt(value);
  }

  private String content(String variable, String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new InputException(variable + ": the file " + file + " cannot be read", e);
    }
  }
}
