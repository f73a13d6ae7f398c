package org.visitbalance.platform;

import java.util.Arrays;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * What may be said of a failure to anybody: its kind and its place in this program; its message
 * only if it is Kafka's, because others may hold what a record or a row says.
 */
public final class FailureText {
  private FailureText() {}

  /** Returns its kind, with its message if that may be said. */
  public static String of(Throwable problem) {
    Throwable cause = cause(problem);
    return cause.getClass().getSimpleName() + (isOfKafka(cause) ? ": " + cause.getMessage() : "");
  }

  /** Returns the same and where in this program it was. */
  public static String withPlace(Throwable problem) {
    return of(problem) + place(problem);
  }

  /** Returns whether it comes of Kafka, and not of what a record says. */
  public static boolean isKafkas(Throwable problem) {
    return isOfKafka(cause(problem));
  }

  private static Throwable cause(Throwable problem) {
    Throwable cause = problem;
    while (cause.getCause() != null && !(cause instanceof KafkaException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isOfKafka(Throwable cause) {
    return cause instanceof KafkaException && !(cause instanceof SerializationException);
  }

  private static String place(Throwable problem) {
    return Arrays.stream(problem.getStackTrace())
        .filter(frame -> frame.getClassName().startsWith("org.visitbalance."))
        .filter(frame -> !frame.getClassName().equals(PeriodicTask.class.getName()))
        .findFirst()
        .map(frame -> " in " + frame.getFileName() + ":" + frame.getLineNumber())
        .orElse("");
  }
}
