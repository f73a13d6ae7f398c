package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.InternalFixedKeyRecordFactory;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A posting asks for a commit")
final class PromptCommitTest {
  private static final long INTERVAL = 100;

  private final PromptCommit<String> postings = new PromptCommit<>();
  private final List<Object> passedOn = new ArrayList<>();
  private long now = 1_000_000;
  private int commits;

  @BeforeEach
  @SuppressWarnings("unchecked") // The proxy is one of contexts for texts.
  void begin() {
    postings.init(
        (FixedKeyProcessorContext<String, String>)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {FixedKeyProcessorContext.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "appConfigs" ->
                          Map.of(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, INTERVAL);
                      case "currentSystemTimeMs" -> now;
                      case "commit" -> ++commits > 0 ? null : proxy;
                      case "forward" ->
                          passedOn.add(((FixedKeyRecord<?, ?>) arguments[0]).value())
                              ? null
                              : proxy;
                      default -> throw new UnsupportedOperationException(method.getName());
                    }));
  }

  @Test
  void soThatItsBalanceIsNotSaidAnIntervalLater() {
    post("a book");

    assertThat(commits).isEqualTo(1);
    assertThat(passedOn).containsExactly("a book");
  }

  @Test
  void onceInAnIntervalHoweverManyThereAre() {
    post("a book");
    now += INTERVAL - 1;
    post("another");
    assertThat(commits).isEqualTo(1);

    now += 1;
    post("a third");
    assertThat(commits).isEqualTo(2);
    assertThat(passedOn).containsExactly("a book", "another", "a third");
  }

  private void post(String book) {
    postings.process(InternalFixedKeyRecordFactory.create(new Record<>("a period", book, now)));
  }
}
