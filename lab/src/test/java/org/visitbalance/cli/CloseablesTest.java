package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CloseablesTest {
  private final List<String> closed = Collections.synchronizedList(new ArrayList<>());
  private final Closeables opened = new Closeables();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  @Test
  void whatWasOpenedLastIsClosedFirstAndOnce() {
    opened.open(() -> part("cluster"));
    opened.open(() -> part("service"));

    opened.close();
    opened.close();

    assertThat(closed).containsExactly("service", "cluster");
  }

  @Test
  void theOthersAreClosedAlthoughOneFails() {
    opened.open(() -> part("cluster"));
    opened.open(
        () ->
            () -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(opened::close).hasRootCauseMessage("broken");
    assertThat(closed).containsExactly("cluster");
  }

  @Test
  void aStopInTheMiddleOfTheStartWaitsForThePartAndClosesItToo() throws InterruptedException {
    CountDownLatch opening = new CountDownLatch(1);
    Thread stop =
        new Thread(
            () -> {
              try {
                opening.await();
                opened.close();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    stop.start();

    opened.open(
        () -> {
          opening.countDown();
          while (stop.getState() != Thread.State.BLOCKED) {
            Thread.onSpinWait();
          }
          assertThat(closed).isEmpty();
          return part("cluster");
        });
    stop.join();

    assertThat(closed).containsExactly("cluster");
    assertThatThrownBy(() -> opened.open(() -> part("late")))
        .isInstanceOf(CancellationException.class);
  }
}
