package org.visitbalance.platform.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a registry, with Confluent's keys. Those for security and HTTP may also have the
 * prefix {@code schema.registry.}, as in Confluent's clients; keys that are not listed here are
 * ignored.
 *
 * <ul>
 *   <li>{@code schema.registry.url}: one or more URLs, separated by commas; {@code mock://scope} is
 *       a registry in memory, shared by everything in the process that uses the same scope
 *   <li>{@code basic.auth.credentials.source}: {@code URL} (default: {@code user:password@} in the
 *       URL) or {@code USER_INFO}, with {@code basic.auth.user.info}
 *   <li>{@code bearer.auth.credentials.source=STATIC_TOKEN}, with {@code bearer.auth.token}
 *   <li>{@code schema.registry.ssl.truststore.*}, {@code schema.registry.ssl.keystore.*}, {@code
 *       schema.registry.ssl.key.password}: same as Kafka's own
 *   <li>{@code http.connect.timeout.ms} (3000), {@code http.read.timeout.ms} (5000): per request
 *   <li>{@value #PATIENCE} (PT5M): how long to ask again for an id that the registry does not know,
 *       before its records become dead letters
 *   <li>{@code max.retries} (8), {@code retries.wait.ms} (100, doubled each time), {@code
 *       retries.max.wait.ms} (5000): how often all URLs are tried again, but not for longer than
 *       three read timeouts
 * </ul>
 */
public final class RegistryConfig {
  public static final String URL = "schema.registry.url";
  public static final String PATIENCE = "visitbalance.registry.patience";

  private static final String PREFIX = "schema.registry.";
  private static final String SSL = PREFIX + "ssl.";

  private final Map<String, ?> config;

  public RegistryConfig(Map<String, ?> config) {
    this.config = config;
  }

  /**
   * Returns the configured URLs, without a trailing slash.
   *
   * @throws ConfigException if there is none
   */
  List<String> urls() {
    Object value = config.get(URL);
    List<String> urls =
        (value instanceof List<?> list
                ? list.stream().map(String::valueOf)
                : Arrays.stream(value == null ? new String[0] : value.toString().split(",", -1)))
            .map(String::strip)
            .map(url -> url.endsWith("/") ? url.substring(0, url.length() - 1) : url)
            .filter(url -> !url.isEmpty())
            .toList();
    if (urls.isEmpty()) {
      throw new ConfigException(
          URL + " is missing; set it to the schema registry's URL, such as http://host:8081");
    }
    return urls;
  }

  /** Returns the value of the Authorization header for a URL, or null for none. */
  @Nullable String authorization(URI url) {
    String bearer = text("bearer.auth.credentials.source", "");
    if (!bearer.isEmpty()) {
      require(bearer.equals("STATIC_TOKEN"), "bearer.auth.credentials.source", "STATIC_TOKEN");
      return "Bearer " + needed("bearer.auth.token");
    }
    String source = text("basic.auth.credentials.source", "URL");
    require(
        source.equals("URL") || source.equals("USER_INFO"),
        "basic.auth.credentials.source",
        "URL or USER_INFO");
    String user = source.equals("URL") ? url.getUserInfo() : needed("basic.auth.user.info");
    return user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the TLS settings, or null if none are configured. */
  @Nullable SSLContext tls() {
    Map<String, Object> ssl = new HashMap<>();
    config.forEach(
        (key, value) -> {
          if (key.startsWith(SSL)) {
            ssl.put(key.substring(PREFIX.length()), value);
          }
        });
    if (ssl.isEmpty()) {
      return null;
    }
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(new ConfigDef().withClientSslSupport().parse(ssl));
      return factory.sslContext();
    }
  }

  Duration connectTimeout() {
    return Duration.ofMillis(number("http.connect.timeout.ms", 3_000));
  }

  Duration readTimeout() {
    return Duration.ofMillis(number("http.read.timeout.ms", 5_000));
  }

  Duration patience() {
    Object value = config.get(PATIENCE);
    if (value == null || value.toString().isBlank()) {
      return Duration.ofMinutes(5);
    }
    try {
      Duration patience = Duration.parse(value.toString().strip());
      require(!patience.isNegative() && patience.toDays() < 1, PATIENCE, "less than a day");
      return patience;
    } catch (DateTimeParseException e) {
      throw new ConfigException(PATIENCE + " must be a duration such as PT5M");
    }
  }

  int retries() {
    return (int) number("max.retries", 8);
  }

  long firstWaitMillis() {
    return number("retries.wait.ms", 100);
  }

  long longestWaitMillis() {
    return number("retries.max.wait.ms", 5_000);
  }

  private @Nullable Object value(String key) {
    Object prefixed = config.get(PREFIX + key);
    return prefixed == null ? config.get(key) : prefixed;
  }

  private String text(String key, String otherwise) {
    Object value = value(key);
    if (value instanceof Password password) {
      return password.value();
    }
    return value == null ? otherwise : value.toString().strip();
  }

  private String needed(String key) {
    String text = text(key, "");
    require(!text.isEmpty(), key, "a value");
    return text;
  }

  private long number(String key, long otherwise) {
    String text = text(key, Long.toString(otherwise));
    require(text.matches("\\d{1,9}"), key, "a whole number of at least 0");
    return Long.parseLong(text);
  }

  private static void require(boolean holds, String key, String what) {
    if (!holds) {
      throw new ConfigException(key + " must be " + what);
    }
  }
}
