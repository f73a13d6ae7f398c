package org.visitbalance.cli;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A company of the shared installation that only one class of tests writes to: what another class
 * sends, in whatever order the classes run, is never seen here.
 */
record Company(String name) {
  private static final int MOST = 40;
  private static final AtomicInteger TAKEN = new AtomicInteger();

  /**
   * One whose expected files never come: one for the tests of the API, one for those of the page.
   */
  static final Company EXPECTS = new Company("EXPECTS");

  static final String EXPECTED_BY_API = "nightly_*.csv";
  static final String EXPECTED_BY_PAGE = "weekly_*.csv";

  /** What it expects, each day; nobody gives the last one up. */
  static final List<String> EXPECTED = List.of(EXPECTED_BY_API, EXPECTED_BY_PAGE, "monthly_*.csv");

  /** One that no other class has: it has a single visit, as the rival. */
  static Company own() {
    int number = TAKEN.getAndIncrement();
    if (number >= MOST) {
      throw new IllegalStateException("more than " + MOST + " companies: raise Company.MOST");
    }
    return all().get(number);
  }

  static List<Company> all() {
    return Stream.concat(
            IntStream.rangeClosed(1, MOST).mapToObj(i -> new Company("OWN" + i)),
            Stream.of(EXPECTS))
        .toList();
  }

  /** The token of its administrator. */
  String admin() {
    return name + "-admin-token";
  }

  String viewer() {
    return name + "-viewer-token";
  }

  /** A visit with one line, as of {@link Installation#visit}. */
  String visit(String id, String day) {
    return Installation.visit(name, id, day);
  }
}
