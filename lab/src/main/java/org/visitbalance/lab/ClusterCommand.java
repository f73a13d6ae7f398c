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
import org.visitbalance.service.TopicProvisioner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The embedded cluster by itself, for trying out and for measuring. */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a Kafka broker and a schema registry in one process, on free ports of this machine only,"
          + " until it is stopped. For trying out: it keeps one copy of everything.",
      "",
      "Makes the topics unless they are there, and prints the options by which other commands find"
          + " it.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {"", "Exit status: 0 stopped, 2 it cannot run."})
public final class ClusterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "Keep everything there. Default: a temporary folder, deleted at the end.")
  private @Nullable Path folder;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of the topics. Default: 4.")
  private int partitions;

  @SuppressWarnings("NullAway.Init")
  ClusterCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      EmbeddedCluster cluster =
          opened.open(
              () -> folder == null ? EmbeddedCluster.temporary() : EmbeddedCluster.kept(folder));
      TopicProvisioner.createMissing(
          Map.of("bootstrap.servers", cluster.bootstrapServers()), "", partitions);
      out.printf(
          "--bootstrap %s --registry %s%n", cluster.bootstrapServers(), cluster.registryUrl());
      out.flush();
      new CountDownLatch(1).await();
    } catch (CancellationException e) {
      // It was told to end while it started.
    }
    return ExitStatus.OK;
  }
}
