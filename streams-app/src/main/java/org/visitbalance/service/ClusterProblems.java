package org.visitbalance.service;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sentences;

/** What is said of clusters that do not do what they were asked, in the same words. */
final class ClusterProblems {
  private ClusterProblems() {}

  /** Opens a connection for administration; nothing is asked yet. */
  static Admin admin(Map<String, Object> clients) {
    try {
      return Admin.create(clients);
    } catch (KafkaException e) {
      throw of(clients, "answer", e);
    }
  }

  /**
   * Waits for an answer of a cluster.
   *
   * @param purpose what it was asked, as "list the topics"
   */
  static <T> T answer(Map<String, ?> clients, String purpose, KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted before the cluster could " + purpose, e);
    } catch (ExecutionException e) {
      throw of(clients, purpose, e.getCause());
    }
  }

  /**
   * Waits for the answers about several topics. One that the broker that was asked does not know,
   * because it was made or deleted a moment ago, is left out.
   */
  static <K, T> Map<K, T> answers(
      Map<String, ?> clients, String purpose, Map<K, KafkaFuture<T>> futures) {
    Map<K, T> answers = new HashMap<>();
    futures.forEach(
        (key, future) -> {
          try {
            answers.put(key, answer(clients, purpose, future));
          } catch (KafkaException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
              throw e;
            }
          }
        });
    return answers;
  }

  /** The problem in one sentence: which cluster, what it was asked, and what to do. */
  static KafkaException of(Map<String, ?> clients, String purpose, @Nullable Throwable thrown) {
    Throwable problem = thrown == null ? new KafkaException("no reason is known") : thrown;
    String where = place(clients);
    String said = Sentences.of(problem);
    if (problem.getCause() instanceof ConfigException config) {
      return new KafkaException(
          where
              + " cannot be used: "
              + config.getMessage()
              + "; correct --bootstrap or the file of --config",
          problem);
    }
    String advice = "";
    if (problem instanceof TimeoutException || problem instanceof DisconnectException) {
      advice =
          "; check that Kafka runs there and can be reached from here, and that bootstrap.servers"
              + " and security.* are right";
    } else if (problem instanceof AuthenticationException
        || problem instanceof AuthorizationException) {
      advice = "; check security.*, sasl.* and ssl.*, and the user's rights there";
    }
    return new KafkaException(
        where + " did not " + purpose + " (" + withoutFullStop(said) + ")" + advice, problem);
  }

  /** Which cluster it is, for a person. */
  static String place(Map<String, ?> clients) {
    return "the cluster at " + clients.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
  }

  private static String withoutFullStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
