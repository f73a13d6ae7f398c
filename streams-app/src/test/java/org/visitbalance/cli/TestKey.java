package org.visitbalance.cli;

/** The token key of tests, which is published: pom.xml sets it for all of them. */
public final class TestKey {
  public static final String VALUE =
      "c9f4a2ea160b07dc57f52e8411a7d23717500cf3583ba5cd1bc61eced84b7dd3";

  private TestKey() {}
}
