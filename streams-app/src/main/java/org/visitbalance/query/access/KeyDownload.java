package org.visitbalance.query.access;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
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
 * Downloads a provider's keys from exactly the configured address: no redirect is followed, and a
 * response that is too long or takes too long is refused.
 */
final class KeyDownload implements ResourceRetriever {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final long PATIENCE_MS = 4_000;
  private static final int MOST_BYTES = 200_000;

  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  @Override
  public Resource retrieveResource(URL url) throws IOException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url.toString())).build();
    CompletableFuture<HttpResponse<InputStream>> sent =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
    CompletableFuture<String> text = sent.thenApplyAsync(KeyDownload::text);
    try {
      return new Resource(text.get(PATIENCE_MS, TimeUnit.MILLISECONDS), "application/json");
    } catch (TimeoutException e) {
      throw new IOException("the keys did not arrive within " + PATIENCE_MS + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException("the keys cannot be downloaded", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      close(sent);
    }
  }

  private static String text(HttpResponse<InputStream> response) {
    try (InputStream in = response.body()) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (response.statusCode() != 200 || bytes.length > MOST_BYTES) {
        throw new IllegalStateException("HTTP " + response.statusCode());
      }
      return new String(bytes, StandardCharsets.UTF_8);
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
