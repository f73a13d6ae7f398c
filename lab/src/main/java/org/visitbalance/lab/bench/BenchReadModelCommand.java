package org.visitbalance.lab.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.query.model.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the API over the read model of a large company. */
@Command(
    name = "bench-read-model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the API over the read model of a large company.",
      "",
      "A made-up company's balances, visits, and discrepancies are written to the tables without a"
          + " broker. Then callers ask for the same view again and again, each as soon as it has"
          + " its answer.",
      "",
      "With --state or --database, the tables are kept, and filled only if they are empty.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bench-read-model",
      "  bench-read-model --state /tmp/large --only overview,matrix",
      "  bench-read-model --state /tmp/large --serve 8080"
    })
public final class BenchReadModelCommand implements Callable<Integer> {
  private static final double NANOS = 1e9;

  @Spec private CommandSpec spec;

  @Option(
      names = "--clinics",
      paramLabel = "N",
      defaultValue = "60",
      description = "Clinics, each with two locations (default: 60)")
  private int clinics;

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "Days of activity (default: 365)")
  private int days;

  @Option(
      names = "--visits",
      paramLabel = "N",
      defaultValue = "7",
      description = "Average visits per clinic and day (default: 7)")
  private int visits;

  @Option(
      names = "--callers",
      paramLabel = "N,...",
      split = ",",
      defaultValue = "1,4",
      description = "How many callers ask at once, one after another (default: 1,4)")
  private List<Integer> callers = new ArrayList<>();

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "200",
      description = "Requests per view and number of callers, at most (default: 200)")
  private int requests;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "Time per view and number of callers, at most (default: 10)")
  private int seconds;

  @Option(
      names = "--only",
      paramLabel = "VIEW,...",
      split = ",",
      description = "Measure only views whose names begin with one of these words")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Keep an embedded database in this folder (default: a temporary one)")
  private @Nullable Path state;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "Use this PostgreSQL database, such as jdbc:postgresql://localhost/bench?user=u")
  private @Nullable String url;

  @Option(
      names = "--serve",
      paramLabel = "PORT",
      description = "Measure nothing; serve the page at this port of this machine until stopped")
  private @Nullable Integer port;

  @SuppressWarnings("NullAway.Init")
  BenchReadModelCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path temporary = state == null && url == null ? Measuring.folder("read-model") : null;
    try (Database database = open(temporary)) {
      LargeCompany company = new LargeCompany(clinics, days, visits);
      fill(company, database);
      try (ReadModelServer server =
          ReadModelServer.start(company, database, port == null ? 0 : port)) {
        if (port != null) {
          say("http://127.0.0.1:" + server.port() + "%n");
          Thread.currentThread().join();
        }
        measure(new ReadModelProbe(server.port()));
      }
    } finally {
      delete(temporary);
    }
    return ExitStatus.OK;
  }

  private Database open(@Nullable Path temporary) {
    if (url != null) {
      return Database.open(url, "", null);
    }
    return Database.embedded(temporary == null ? Objects.requireNonNull(state) : temporary);
  }

  private void fill(LargeCompany company, Database database) {
    long begun = System.nanoTime();
    if (database.rows().values().stream().allMatch(rows -> rows == 0)) {
      company.fill(database);
      say("filled in %,.0f s%n", (System.nanoTime() - begun) / NANOS);
    }
    say("rows: %s%n", database.rows());
  }

  private void measure(ReadModelProbe probe) throws InterruptedException {
    say(
        "%-34s %8s %8s %9s %9s %9s %8s %11s%n",
        "view", "callers", "answers", "p50 ms", "p99 ms", "max ms", "per s", "bytes");
    for (ReadModelProbe.View view : probe.views()) {
      if (!only.isEmpty() && only.stream().noneMatch(view.name()::startsWith)) {
        continue;
      }
      for (int many : callers) {
        ReadModelProbe.Figures figures =
            probe.measure(view, many, requests, Duration.ofSeconds(seconds));
        say(
            "%-34s %8d %8d %9.1f %9.1f %9.1f %8.0f %,11d%n",
            view.name(),
            many,
            figures.nanos().size(),
            figures.quantile(0.5),
            figures.quantile(0.99),
            figures.quantile(1),
            figures.rate(),
            figures.bytes());
      }
    }
  }

  private void say(String format, Object... values) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(format, values);
    out.flush();
  }

  private static void delete(@Nullable Path folder) throws IOException {
    if (folder != null) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }
}
