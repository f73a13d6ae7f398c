package org.visitbalance.service;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sentences;

/** The error messages about clusters that do not do what they were asked. */
final class ClusterProblems {
  private ClusterProblems() {}

  /** Opens an administration client, without connecting yet. */
  static Admin admin(Map<String, Object> clients) {
    try {
      return Admin.create(clients);
    } catch (KafkaException e) {
      throw of(clients, "answer", e);
    }
  }

  /**
   * Waits for a cluster's answer.
   *
   * @param purpose what it was asked to do, such as "list the topics"
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
   * Waits for the answers about several topics. Leaves out a topic that the broker does not know
   * because it was created or deleted a moment ago.
   *
   * @param futures the answers by the name or the resource of their topic
   * @throws KafkaException if there is another problem, such as a topic that may not be seen
   */
  static <K, T> Map<K, T> answers(
      Map<String, ?> clients, String purpose, Map<K, KafkaFuture<T>> futures) {
    Map<K, T> answers = new HashMap<>();
    SortedSet<String> hidden = new TreeSet<>();
    futures.forEach(
        (key, future) -> {
          try {
            answers.put(key, answer(clients, purpose, future));
          } catch (KafkaException e) {
            if (e.getCause() instanceof TopicAuthorizationException) {
              hidden.add(key instanceof ConfigResource topic ? topic.name() : key.toString());
            } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
              throw e;
            }
          }
        });
    if (!hidden.isEmpty()) {
      throw hidden(place(clients), hidden, new TopicAuthorizationException(hidden));
    }
    return answers;
  }

  /**
   * Returns the problem as one sentence: which cluster, what it was asked to do, and what to do
   * now.
   */
  static KafkaException of(Map<String, ?> clients, String purpose, @Nullable Throwable thrown) {
    Throwable problem = thrown == null ? new KafkaException("the reason is unknown") : thrown;
    String where = place(clients);
    String said = Sentences.of(problem);
    if (problem.getCause() instanceof ConfigException config) {
      return new KafkaException(
          where
              + " cannot be used: "
              + config.getMessage()
              + "; correct --bootstrap or the --config file",
          problem);
    }
    if (problem instanceof TopicAuthorizationException hidden
        && !hidden.unauthorizedTopics().isEmpty()) {
      return hidden(where, new TreeSet<>(hidden.unauthorizedTopics()), hidden);
    }
    String advice = "";
    if (problem instanceof TimeoutException || problem instanceof DisconnectException) {
      advice =
          "; check that Kafka is running there and can be reached from here, and that"
              + " bootstrap.servers and security.* are correct";
    } else if (problem instanceof AuthenticationException
        || problem instanceof AuthorizationException) {
      advice = "; check security.*, sasl.* and ssl.*, and the user's permissions there";
    }
    return new KafkaException(
        where + " did not " + purpose + " (" + withoutFullStop(said) + ")" + advice, problem);
  }

  /** A topic that a user may not see may exist or not. */
  private static KafkaException hidden(
      String where, SortedSet<String> topics, TopicAuthorizationException problem) {
    return new KafkaException(
        where
            + " does not allow this user to see or use the topic "
            + topics.first()
            + (topics.size() > 1 ? " (and " + (topics.size() - 1) + " more)" : "")
            + ", so it is not known whether it exists; visit-balance topics --acls prints what each"
            + " command has to be allowed",
        problem);
  }

  /** Returns the name of the cluster for messages. */
  static String place(Map<String, ?> clients) {
    return "the cluster at " + clients.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
  }

  private static String withoutFullStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }
}
