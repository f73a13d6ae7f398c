package org.visitbalance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;

/**
 * The settings from outside: environment variables and properties. A variable may instead name a
 * file that holds its value, as containers receive secrets.
 */
public record Environment(Map<String, String> variables, Map<String, String> properties) {
  private static final String FILE = "_FILE";

  /** Prefixes of variables that set properties of Kafka, Kafka Streams and the schema registry. */
  static final Map<String, String> CLIENTS =
      Map.of(
          "VISIT_BALANCE_KAFKA_", "",
          "VISIT_BALANCE_STREAMS_", "",
          "VISIT_BALANCE_SCHEMA_REGISTRY_", "schema.registry.");

  /**
   * Adds the client properties that variables set: VISIT_BALANCE_KAFKA_SASL_MECHANISM sets
   * sasl.mechanism.
   */
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

  /**
   * Returns the value that is set, else the default, else null. A blank value counts as not set.
   */
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
   * Returns a required value.
   *
   * @param why the reason it is needed, for the error message
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

  /** Returns a value that is true or false. */
  public boolean truth(Setting setting) {
    String value = need(setting, setting.doc());
    if (!value.equals("true") && !value.equals("false")) {
      throw new InputException(setting.variable() + " must be true or false, not " + value);
    }
    return value.equals("true");
  }

  private String content(String variable, String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new InputException(variable + ": the file " + file + " cannot be read", e);
    }
  }
}
