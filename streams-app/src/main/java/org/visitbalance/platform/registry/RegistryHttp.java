package org.visitbalance.platform.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.text.Printable;

/**
 * Asks the servers of a registry until one answers: each in turn, beginning with the one that
 * answered last, and all of them again after a pause. A definite refusal is not asked again, except
 * for an unknown schema: a server that replicates from another one may learn of it a little later.
 */
final class RegistryHttp {
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final String ACCEPT = CONTENT_TYPE + ", application/json; q=0.9";
  private static final int MESSAGE_LENGTH = 1_000;
  private static final int MAX_DOUBLINGS = 20;

  /** Somebody may wait: after so many timeouts of a request, nothing is asked again. */
  private static final int MOST_TIMEOUTS = 3;

  private final int retries;
  private final long firstWaitMillis;
  private final long longestWaitMillis;
  private final long readMillis;
  private final List<Server> servers;
  private final HttpClient client;
  private volatile int last;

  /** Whether the last question had no answer: then the next one is not repeated for long. */
  private volatile boolean isFailing;

  RegistryHttp(RegistryConfig config) {
    this.retries = config.retries();
    this.firstWaitMillis = config.firstWaitMillis();
    this.longestWaitMillis = config.longestWaitMillis();
    this.readMillis = config.readTimeout().toMillis();
    this.servers = config.urls().stream().map(url -> Server.of(url, config)).toList();
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(config.connectTimeout());
    SSLContext tls = config.tls();
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
  }

  /**
   * @param purpose what the registry was asked to do, such as "return schema 7"
   * @param isAgain whether to ask a second time for a schema that no server knows
   */
  record Question(
      String method, String path, @Nullable JsonNode body, String purpose, boolean isAgain) {
    Question(String method, String path, @Nullable JsonNode body, String purpose) {
      this(method, path, body, purpose, true);
    }
  }

  /** A server's address without credentials, and the header that contains them. */
  private record Server(String url, @Nullable String authorization) {
    static Server of(String text, RegistryConfig config) {
      try {
        URI url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
          throw new IllegalArgumentException();
        }
        String user = url.getRawUserInfo();
        String bare = user == null ? text : text.replace(user + "@", "");
        return new Server(bare, config.authorization(url));
      } catch (IllegalArgumentException e) {
        // The text may contain credentials.
        throw new ConfigException(
            RegistryConfig.URL
                + " must contain URLs such as http://host:8081, separated by commas");
      }
    }
  }

  /** A server did not answer properly; trying again may help. */
  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Returns the first server's answer.
   *
   * @param read converts the answer to the result, or throws {@link UnusableAnswer}
   * @throws RegistryRefusedException if the registry refuses
   * @throws RegistryException if no server gives a usable answer within the configured retries
   */
  <T> T ask(Question question, Function<JsonNode, T> read) {
    long begun = System.nanoTime();
    int most = isFailing ? 0 : retries;
    int timesUnknown = 0;
    for (int round = 1; ; round++) {
      RegistryRefusedException unknown = null;
      Failure failure = null;
      int first = last;
      for (int i = 0; i < servers.size(); i++) {
        int index = (first + i) % servers.size();
        try {
          T result = askServer(servers.get(index), question, read);
          last = index;
          isFailing = false;
          return result;
        } catch (RegistryRefusedException e) {
          isFailing = false;
          if (e.code() != ErrorCodes.SCHEMA_NOT_FOUND) {
            throw e;
          }
          unknown = e;
        } catch (Failure e) {
          failure = e;
        }
      }
      if (unknown != null && (!question.isAgain || ++timesUnknown == 2 || round > most)) {
        throw unknown;
      }
      boolean isLong =
          System.nanoTime() - begun >= TimeUnit.MILLISECONDS.toNanos(MOST_TIMEOUTS * readMillis);
      if (failure != null && (round > most || isLong)) {
        isFailing = true;
        throw report(question, failure, round, System.nanoTime() - begun);
      }
      pause(round, question);
    }
  }

  private RegistryException report(Question question, Failure failure, int rounds, long nanos) {
    return new RegistryException(
        "the schema registry did not "
            + question.purpose()
            + ": "
            + failure.getMessage()
            + "; tried "
            + String.join(", ", servers.stream().map(Server::url).toList())
            + " "
            + rounds
            + " times in "
            + TimeUnit.NANOSECONDS.toSeconds(nanos)
            + " s; check that it is running there, or correct "
            + RegistryConfig.URL,
        failure.getCause());
  }

  private void pause(int round, Question question) {
    long wait = firstWaitMillis << Math.min(round - 1, MAX_DOUBLINGS);
    try {
      Thread.sleep(Math.min(wait, longestWaitMillis));
    } catch (InterruptedException e) {
      throw interrupted(question, e);
    }
  }

  private <T> T askServer(Server server, Question question, Function<JsonNode, T> read)
      throws Failure {
    HttpResponse<byte[]> response = send(server, question);
    int status = response.statusCode();
    JsonNode answer;
    try {
      answer = JsonTrees.parse(response.body());
    } catch (IOException e) {
      answer = null;
    }
    if (status / 100 == 2) {
      if (answer == null || !answer.isObject()) {
        throw new Failure(
            server.url() + " answered with something that is not a registry's JSON", null);
      }
      try {
        return read.apply(answer);
      } catch (UnusableAnswer e) {
        throw new Failure(server.url() + " answered with " + e.getMessage(), null);
      }
    }
    throw refusal(server, question, status, answer);
  }

  /** Returns a failure that may pass; throws one that will not. */
  private static Failure refusal(
      Server server, Question question, int status, @Nullable JsonNode answer) {
    String said = server.url() + " answered with status " + status;
    if (status == 401 || status == 403) {
      throw new RegistryException(
          "the schema registry did not "
              + question.purpose()
              + ": "
              + said
              + "; check basic.auth.*, bearer.auth.* or the user's permissions there");
    }
    if (answer == null || !answer.path("error_code").isInt()) {
      return new Failure(said + " and no registry error code", null);
    }
    int code = answer.path("error_code").intValue();
    String message = answer.path("message").asText();
    said += " (" + code + ": " + Printable.begin(message, MESSAGE_LENGTH) + ")";
    if (status >= 500 || status == 408 || status == 429 || status < 400) {
      return new Failure(said, null);
    }
    throw new RegistryRefusedException(
        code, "the schema registry refused to " + question.purpose() + ": " + said);
  }

  private HttpResponse<byte[]> send(Server server, Question question) throws Failure {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + question.path()))
            .header("Content-Type", CONTENT_TYPE)
            .header("Accept", ACCEPT)
            .method(
                question.method(),
                question.body() == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(JsonTrees.bytes(question.body())));
    if (server.authorization() != null) {
      request.header("Authorization", server.authorization());
    }
    // The request's own timeout ends with the headers; this one covers the body too.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    try {
      return answer.get(readMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new Failure(server.url() + " did not answer within " + readMillis + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new Failure(
          server.url() + " cannot be reached (" + cause.getClass().getSimpleName() + ")", cause);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(question, e);
    }
  }

  private static RegistryException interrupted(Question question, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new RegistryException(
        "interrupted before the schema registry could " + question.purpose(), cause);
  }

  /** An answer that does not follow the protocol; another server, or a later try, may be right. */
  static final class UnusableAnswer extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableAnswer(String message) {
      super(message);
    }
  }
}
