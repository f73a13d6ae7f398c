package org.visitbalance.lab.bench;

import picocli.CommandLine.Option;

/** The options of the benchmarks that run the topology. */
final class PlanOptions {
  @Option(
      names = "--commit",
      paramLabel = "MS",
      defaultValue = "1000",
      description = "Commit interval in milliseconds (default: 1000)")
  private String commitMs;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of the service (default: 2)")
  private String threads;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions per topic (default: 4)")
  private int partitions;

  @Option(
      names = "--live",
      description =
          "Let the clock go with the facts, with a tick before those of each day, so that they are"
              + " evaluated as they arrive")
  private boolean live;

  @SuppressWarnings("NullAway.Init")
  PlanOptions() {}

  TopologyRun.Plan plan() {
    return new TopologyRun.Plan(partitions, commitMs, threads, live);
  }
}
