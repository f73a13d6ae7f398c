package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class AheadTest {
  private static final int MANY = 10_000;

  @Test
  void allElementsComeInOrder() {
    List<Integer> taken = new ArrayList<>();
    try (Ahead<Integer> ahead =
        new Ahead<>(sink -> IntStream.range(0, MANY).boxed().forEachOrdered(sink))) {
      for (List<Integer> some = ahead.next(); !some.isEmpty(); some = ahead.next()) {
        taken.addAll(some);
      }
    }
    assertThat(taken).hasSize(MANY).isSorted();
  }

  @Test
  void whoeverWaitsIsToldThatTheFileOrTheMemoryIsAtItsEnd() {
    try (Ahead<Integer> ahead =
        new Ahead<>(
            sink -> {
              throw new InputException("a.csv: cannot be read");
            })) {
      assertThatThrownBy(ahead::next).hasMessage("a.csv: cannot be read");
    }
    try (Ahead<Integer> ahead =
        new Ahead<>(
            sink -> {
              throw new OutOfMemoryError("no more");
            })) {
      assertThatThrownBy(ahead::next).isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void whatNobodyWantsAnyMoreIsNotMade() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    try (Ahead<Integer> ahead =
        new Ahead<>(
            sink -> {
              try {
                while (true) {
                  sink.accept(1);
                }
              } finally {
                ended.countDown();
              }
            })) {
      assertThat(ahead.next()).isNotEmpty();
    }
    ended.await();
  }
}
