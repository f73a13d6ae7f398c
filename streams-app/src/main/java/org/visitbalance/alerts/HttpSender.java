package org.visitbalance.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests to the outside: no redirect is followed, and no answer is waited for for long. */
final class HttpSender {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int MOST = 500;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();

  /**
   * What came back.
   *
   * @param body its beginning
   */
  record Answer(int status, HttpHeaders headers, String body) {
    boolean isGood() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * Sends a request and waits.
   *
   * @param timeout for all of it: a body that never ends is left to itself
   * @throws IOException without the address, which may be secret, and without what was sent
   */
  Answer send(HttpRequest request, Duration timeout) throws IOException {
    return send(request, timeout, MOST);
  }

  /**
   * The same of an answer that is needed.
   *
   * @param most how many bytes of its body are kept
   */
  Answer send(HttpRequest request, Duration timeout, int most) throws IOException {
    refuseLinkLocal(request.uri().getHost());
    CompletableFuture<HttpResponse<String>> sent =
        http.sendAsync(request, info -> new Beginning(most));
    try {
      HttpResponse<String> answer = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(answer.statusCode(), answer.headers(), answer.body());
    } catch (TimeoutException e) {
      throw new IOException("no response within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("no connection: " + cause.getClass().getSimpleName(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      sent.cancel(true);
    }
  }

  /**
   * Cloud providers answer with credentials at link-local addresses. The resolved addresses are
   * cached, so the connection goes to one of those that were checked.
   */
  private static void refuseLinkLocal(String host) throws IOException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new IOException("no connection: " + e.getClass().getSimpleName(), e);
    }
    if (Arrays.stream(addresses).anyMatch(InetAddress::isLinkLocalAddress)) {
      throw new IOException("refused: the host has a link-local address");
    }
  }

  /** Keeps the beginning of a body, and lets the rest pass. */
  private static final class Beginning implements HttpResponse.BodySubscriber<String> {
    private final CompletableFuture<String> text = new CompletableFuture<>();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final int most;

    Beginning(int most) {
      this.most = most;
    }

    @Override
    public CompletableFuture<String> getBody() {
      return text;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
      for (ByteBuffer part : parts) {
        byte[] more = new byte[Math.min(part.remaining(), most - kept.size())];
        part.get(more);
        kept.writeBytes(more);
      }
    }

    @Override
    public void onError(Throwable problem) {
      text.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
      text.complete(kept.toString(UTF_8));
    }
  }
}
