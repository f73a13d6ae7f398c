package org.visitbalance.service;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.visitbalance.platform.serde.ValueSerdes;

/** A retry whose process ends, as by a kill, when a transaction is sent and not committed. */
final class RetryThatDies {
  static final int KILLED = 99;

  private RetryThatDies() {}

  /** Takes brokers, registry, prefix, and the number of the transaction. */
  public static void main(String[] args) {
    Map<String, Object> clients =
        Map.of("bootstrap.servers", args[0], "schema.registry.url", args[1]);
    AtomicInteger left = new AtomicInteger(Integer.parseInt(args[3]));
    new LetterRetry(
            clients,
            ValueSerdes.of(clients)::forClass,
            args[2],
            InstantSource.system(),
            () -> {
              if (left.decrementAndGet() == 0) {
                Runtime.getRuntime().halt(KILLED);
              }
            })
        .run(new LetterRetry.Wanted(LetterFilter.ALL, true, Long.MAX_VALUE, "anna"));
  }
}
