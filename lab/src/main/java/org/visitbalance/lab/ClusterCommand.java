package org.visitbalance.lab;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Stopping;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.lab.ports.PortOptions;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the embedded cluster by itself, for trials and measurements. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a Kafka broker and a schema registry in one process, for trials.",
      "",
      "Runs until it is stopped, on ports that only this machine can reach. It keeps a single copy"
          + " of everything.",
      "",
      "Creates the topics if they are missing, and prints the options with which other commands"
          + " connect to it.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Exit status: 0 stopped, 2 cannot run."})
public final class ClusterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Folder to keep everything in (default: a temporary folder, deleted at the end)")
  private @Nullable Path folder;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions per topic (default: 4)")
  private int partitions;

  @Option(
      names = "--simulation",
      description =
          "Create the topics for a simulation: records keep the timestamps of their producers, and"
              + " clock ticks are not deleted")
  private boolean simulation;

  @Mixin private PortOptions ports;

  @SuppressWarnings("NullAway.Init")
  ClusterCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ports.requireUsable(spec.commandLine());
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      EmbeddedCluster cluster =
          opened.open(
              () ->
                  folder == null
                      ? EmbeddedCluster.temporary(ports.ports())
                      : EmbeddedCluster.kept(folder, ports.ports()));
      TopicProvisioner.create(
          Map.of("bootstrap.servers", cluster.bootstrapServers()),
          "",
          partitions,
          simulation ? Topic.Time.SIMULATION : Topic.Time.LIVE);
      out.printf(
          "--bootstrap %s --registry %s%n", cluster.bootstrapServers(), cluster.registryUrl());
      out.flush();
      new CountDownLatch(1).await();
    } catch (CancellationException e) {
      // It was stopped while it was starting.
    }
    return ExitStatus.OK;
  }
}
