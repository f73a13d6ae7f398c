package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code schemas/asyncapi.yaml} equal to the table of topics. Where a change of it is meant,
 * run with {@code -Dvisitbalance.golden.update} and look at what git says has changed.
 */
class AsyncApiTest {
  private static final Path SCHEMAS = Path.of("..", "schemas");
  private static final Path DOCUMENT = SCHEMAS.resolve("asyncapi.yaml");
  private static final Pattern KEY = Pattern.compile("\\bkey ([^.,]+)\\.");

  private static final String HEAD =
      """
      # Generated from the table of topics; do not edit.
      asyncapi: 3.0.0
      info:
        title: Visit Balance
        version: 0.1.0
        description: >-
          Facts go in; balances and discrepancies come out. Topic names may have a prefix. Keys are
          UTF-8 text whose parts are joined by |; within a part, | and % are percent-encoded. Values
          are Avro in Confluent's wire format, with the subject <topic>-value and the compatibility
          FULL_TRANSITIVE. A compacted topic contains tombstones. Producers must use Kafka's
          default partitioner: murmur2 of the key's bytes (in librdkafka partitioner=murmur2_random).
      defaultContentType: application/vnd.apache.avro
      """;

  @Test
  void theDocumentSaysWhatTheTableOfTopicsSays() throws IOException {
    String made = document();
    if (System.getProperty("visitbalance.golden.update") != null) {
      Files.writeString(DOCUMENT, made);
    }

    assertThat(Files.readString(DOCUMENT)).isEqualTo(made);
  }

  private static String document() {
    StringBuilder text = new StringBuilder(HEAD);
    text.append("channels:\n");
    Topics.ALL.forEach(topic -> channel(text, topic));
    text.append("operations:\n");
    Topics.ALL.forEach(topic -> operation(text, topic));
    return text.toString();
  }

  private static void channel(StringBuilder text, Topic<?> topic) {
    Schema schema = SpecificData.get().getSchema(topic.type());
    Map<String, String> configs = topic.keeping().configs();
    Matcher key = KEY.matcher(schema.getDoc());
    text.append("  ").append(topic.name()).append(":\n");
    line(text, 4, "address", topic.name());
    line(text, 4, "description", quoted(schema.getDoc()));
    text.append("    messages:\n");
    text.append("      ").append(schema.getName()).append(":\n");
    text.append("        payload:\n");
    line(text, 10, "schemaFormat", "application/vnd.apache.avro+json;version=1.9.0");
    text.append("          schema:\n");
    line(text, 12, "$ref", quoted(newest(topic.name() + "-value")));
    if (key.find()) {
      text.append("        bindings:\n          kafka:\n            key:\n");
      line(text, 14, "type", "string");
      line(text, 14, "description", quoted(key.group(1)));
    }
    text.append("    bindings:\n      kafka:\n");
    line(text, 8, "topic", topic.name());
    text.append("        topicConfiguration:\n");
    line(text, 10, "cleanup.policy", "[" + configs.get("cleanup.policy") + "]");
    line(text, 10, "retention.ms", String.valueOf(configs.get("retention.ms")));
    line(text, 10, "retention.bytes", String.valueOf(configs.get("retention.bytes")));
    line(
        text, 4, "x-message.timestamp.type", String.valueOf(configs.get("message.timestamp.type")));
  }

  private static void operation(StringBuilder text, Topic<?> topic) {
    boolean isOutput =
        Topics.OUTPUTS.contains(topic)
            || List.of(
                    Topics.DEAD_LETTER_RETRIES,
                    Topics.ANNOTATIONS,
                    Topics.ACCESS_LOG,
                    Topics.FILES,
                    Topics.MAPPINGS,
                    Topics.ALERTS_SAID,
                    Topics.ALERT_LETTERS)
                .contains(topic);
    text.append("  ").append(isOutput ? "send." : "receive.").append(topic.name()).append(":\n");
    line(text, 4, "action", isOutput ? "send" : "receive");
    text.append("    channel:\n");
    line(text, 6, "$ref", quoted("#/channels/" + topic.name()));
  }

  private static void line(StringBuilder text, int indent, String name, String value) {
    text.append(" ".repeat(indent)).append(name).append(": ").append(value).append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** The newest committed version of a subject, which needs no other file. */
  private static String newest(String subject) {
    int version = 1;
    while (Files.exists(SCHEMAS.resolve(file(subject, version + 1)))) {
      version++;
    }
    assertThat(SCHEMAS.resolve(file(subject, version))).exists();
    return "./" + file(subject, version);
  }

  private static String file(String subject, int version) {
    return String.join("/", List.of("history", subject, "v" + version + ".avsc"));
  }
}
