package org.visitbalance.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicePropertiesTest {
  private static final String GLOBAL = "processing.exception.handler.global.enabled";

  /** The assignor warns of it at each start if the consumer that it belongs to does not have it. */
  @Test
  void problemsOfTheGlobalThreadReachTheHandlerAndTheAssignorKnows(@TempDir Path state) {
    StreamsConfig config =
        new StreamsConfig(
            ServiceProperties.of("", Map.of("bootstrap.servers", "nowhere:1"), state));

    assertThat(config.getBoolean(GLOBAL)).isTrue();
    assertThat(config.getMainConsumerConfigs("group", "client", 0)).containsEntry(GLOBAL, "true");
  }
}
