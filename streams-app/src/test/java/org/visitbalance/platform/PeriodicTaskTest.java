package org.visitbalance.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Whatever the work throws, it is done again. */
@Timeout(60)
class PeriodicTaskTest {
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final String SECRET = "Jane Secret";

  private final Logger logger = (Logger) LoggerFactory.getLogger(PeriodicTask.class);
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(
              event.getLevel() + " " + event.getFormattedMessage() + event.getKeyValuePairs());
        }
      };
  private final AtomicInteger runs = new AtomicInteger();
  private PeriodicTask task;

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void close() {
    task.close();
    logger.detachAppender(appender);
    logger.setLevel(null);
  }

  private void begin(PeriodicTask.Work work) {
    task =
        new PeriodicTask(
                "a-task",
                PAUSE,
                () -> {
                  runs.incrementAndGet();
                  work.run();
                })
            .start();
  }

  private static void await(BooleanSupplier done) {
    Patience.await("the task", Duration.ofSeconds(30), Duration.ofMillis(2), done);
  }

  @Test
  void itRunsAgainAndAgainOnADaemonThreadOfItsName() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Instant before = Instant.now();

    begin(() -> thread.set(Thread.currentThread()));
    await(() -> runs.get() >= 3);

    assertThat(thread.get().getName()).isEqualTo("a-task");
    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(task.status().succeededAt()).isAfterOrEqualTo(before);
    assertThat(task.status().problem()).isNull();
    assertThat(task.status().sentence()).startsWith("its last success was at 2");
    assertThat(logged).isEmpty();
  }

  @Test
  void neitherAnExceptionNorAnErrorEndsIt() {
    begin(
        () -> {
          switch (runs.get() % 4) {
            case 0 -> throw new IllegalStateException(SECRET);
            case 1 -> throw new StackOverflowError();
            case 2 -> throw new IOException(SECRET);
            default -> throw new InterruptedException(SECRET);
          }
        });

    await(() -> runs.get() >= 20);

    assertThat(task.status().failures()).isPositive();
    assertThat(task.status().succeededAt()).isNull();
    assertThat(task.status().sentence())
        .contains("has failed", "it has never succeeded", "it tries again")
        .doesNotContain(SECRET);
    assertThat(logged).hasSizeGreaterThanOrEqualTo(4).noneMatch(line -> line.contains(SECRET));
  }

  @Test
  void ofEqualFailuresTheFirstIsLoggedAndThenHowManyThereWere() {
    AtomicBoolean isIll = new AtomicBoolean(true);
    begin(
        () -> {
          if (isIll.get()) {
            throw new IllegalStateException("the same, but " + runs.get());
          }
        });
    await(() -> task.status().failures() >= 100);
    assertThat(logged).hasSize(3);
    assertThat(logged.get(0))
        .startsWith("WARN a-task has failed; it tries again")
        .contains("IllegalStateException in PeriodicTaskTest.java:", "failures=\"1\"");
    assertThat(logged.get(1)).contains("failures=\"10\"");
    assertThat(logged.get(2)).contains("failures=\"100\"");
    assertThat(task.status().sentence()).contains(" times (IllegalStateException in ");

    isIll.set(false);
    await(() -> logged.get(logged.size() - 1).startsWith("INFO a-task works again"));

    assertThat(logged).hasSizeBetween(4, 5);
    assertThat(task.status().problem()).isNull();
    assertThat(task.status().failures()).isZero();
  }

  @Test
  void whatKafkaSaysIsToldButNothingOfARecord() {
    AtomicReference<RuntimeException> problem =
        new AtomicReference<>(
            new IllegalStateException(new TimeoutException("no answer of kafka-1:9092")));
    begin(
        () -> {
          throw problem.get();
        });
    await(() -> task.status().problem() != null);
    assertThat(task.status().problem()).startsWith("TimeoutException: no answer of kafka-1:9092");

    problem.set(new SerializationException(SECRET));
    await(() -> String.valueOf(task.status().problem()).startsWith("Serialization"));
    assertThat(task.status().sentence()).doesNotContain(SECRET);
  }

  @Test
  void itsEndWaitsForWhatItIsDoingAndNothingIsDoneAfterIt() {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean isDone = new AtomicBoolean();
    AtomicBoolean isEnded = new AtomicBoolean();
    task =
        new PeriodicTask(
                "a-task",
                Duration.ofHours(1),
                () -> {
                  begun.countDown();
                  Thread.sleep(50);
                  isDone.set(true);
                },
                () -> isEnded.set(isDone.get()))
            .start();
    await(() -> begun.getCount() == 0);

    task.close();

    assertThat(isDone).isTrue();
    assertThat(isEnded).isTrue();
    task.close();
  }

  @Test
  void aFailureThatComesOfTheEndIsNoNews() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    begin(
        () -> {
          begun.countDown();
          ended.await();
          throw new IllegalStateException("closed");
        });
    await(() -> begun.getCount() == 0);

    task.stop();
    ended.countDown();
    task.close();

    assertThat(runs).hasValue(1);
    assertThat(logged).isEmpty();
  }
}
