package org.visitbalance.service;

import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Goes on without a record that its topic does not take. Everything else is as Kafka Streams has
 * it, which creates this by its name.
 */
public final class PassOver extends DefaultProductionExceptionHandler {
  /** The property with the {@link PassedOver} of the instance. */
  static final String PASSED_OVER = "visitbalance.passed.over";

  private @Nullable PassedOver passedOver;

  /** Called by Kafka Streams, which then configures it. */
  public PassOver() {}

  @Override
  public void configure(Map<String, ?> configs) {
    super.configure(configs);
    passedOver = (PassedOver) configs.get(PASSED_OVER);
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception problem) {
    PassedOver all = Objects.requireNonNull(passedOver);
    if (all.isRefused(record)) {
      return Response.resume();
    }
    // A broker has refused it, so this transaction is lost; it is refused here the next time.
    all.learn(record, problem);
    return super.handleError(context, record, problem);
  }
}
