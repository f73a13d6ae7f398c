package org.visitbalance.query.access;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an identity provider at exactly the address that is given: no redirect is followed, and a
 * response that is too long or takes too long is refused.
 */
public final class ProviderHttp {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final long PATIENCE_MS = 4_000;
  private static final int MOST_BYTES = 200_000;

  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  /** What the provider answered. */
  public record Answer(int status, String contentType, String body) {}

  /**
   * Sends a request and waits for the response.
   *
   * @throws IOException if there is none, or none that can be used
   */
  public Answer send(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> sent =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    CompletableFuture<Answer> answer = sent.thenApplyAsync(ProviderHttp::read);
    try {
      return answer.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no response within " + PATIENCE_MS + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException("no usable response", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      close(sent);
    }
  }

  private static Answer read(HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IllegalStateException("the response is too long");
      }
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closing the body ends a download that still runs. */
  private static void close(CompletableFuture<HttpResponse<InputStream>> sent) {
    sent.cancel(true);
    if (sent.isDone() && !sent.isCompletedExceptionally()) {
      try {
        sent.join().body().close();
      } catch (IOException e) {
        // It is not needed any more.
      }
    }
  }
}
