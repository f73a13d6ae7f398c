package org.visitbalance.alerts;

import java.time.Duration;
import java.util.List;

/**
 * Looks whether there is what routes are limited to: a route to a location that was misspelled
 * would be silent, as if all were well there. It is a thread of its own, so that what keeps it from
 * reading keeps no message from being sent.
 */
final class FilterWatch extends RouteWorker {
  /** No route has such a name. */
  private static final String NAME = "watch@filters";

  /** Settings change, and balances come. */
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final KnownPlaces places;
  private final List<DiscrepancyWorker> limited;

  /**
   * A watch that has not begun.
   *
   * @param limited the workers of the routes that are limited
   */
  FilterWatch(Cluster cluster, List<DiscrepancyWorker> limited, StatusListener listener) {
    super(NAME, listener);
    this.places = new KnownPlaces(cluster);
    this.limited = List.copyOf(limited);
  }

  @Override
  void wake() {}

  @Override
  void work() {
    while (!isClosed()) {
      places.read(limited.stream().map(worker -> worker.route.filter()).toList());
      cluster.good();
      for (DiscrepancyWorker worker : limited) {
        worker.filter(places.unknown(worker.route.filter()));
      }
      waitFor(AGAIN.toMillis());
    }
  }
}
