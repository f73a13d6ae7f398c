package org.visitbalance.alerts;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The destination of a route. Its text representation contains no secrets. */
public sealed interface Destination {
  /** How long an answer may take, headers and body. */
  Duration timeout();

  /**
   * All Alertmanagers of a cluster; each is told everything.
   *
   * @param resendEvery how often what is open is said again
   * @param bearer a token, where a proxy before them wants one
   */
  record Alertmanagers(
      List<URI> urls, Duration resendEvery, @Nullable String bearer, Duration timeout)
      implements Destination {
    @Override
    public String toString() {
      return "Alertmanagers" + urls.stream().map(URI::getHost).toList();
    }
  }

  /**
   * A receiver of Standard Webhooks.
   *
   * @param secrets {@code whsec_...}, each of which signs: the new one and the old one while
   *     receivers change over
   * @param tries after which a message is given up
   * @param backoff how long to wait after the first failure; twice as long after each other one
   * @param longest the longest that is waited
   */
  record Webhook(
      URI url,
      List<String> secrets,
      Duration timeout,
      int tries,
      Duration backoff,
      Duration longest)
      implements Destination {
    @Override
    public String toString() {
      return "Webhook[" + url.getHost() + "]";
    }
  }
}
