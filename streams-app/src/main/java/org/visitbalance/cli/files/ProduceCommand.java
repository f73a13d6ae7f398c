package org.visitbalance.cli.files;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.NewFile;
import org.visitbalance.cli.Progress;
import org.visitbalance.core.FactProblems;
import org.visitbalance.fact.Feed;
import org.visitbalance.ingest.FactSink;
import org.visitbalance.ingest.InputFolder;
import org.visitbalance.ingest.RunTime;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.report.files.DeadLetterLines;
import org.visitbalance.service.Access;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.PlainTime;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends the facts of a folder to the topics; see docs/operating.md. */
@Command(
    name = "produce",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends the facts and the settings of a folder to the topics of an installation.",
      "",
      "Reads the folder the way balance does, and checks each fact. It is safe to run again, after"
          + " a failure or by mistake: a fact that is sent twice counts once. Invalid records are"
          + " listed and not sent.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nInput files:%n",
    footer = {
      "  *.jsonl          facts, one JSON object per line",
      "  settings*.yaml   settings, one document per tenant; replaces its settings",
      "  *.csv *.xlsx ... exports of both systems; mapping.yaml says how to read them",
      "",
      "Settings are sent first and feeds last, so that no source is reported complete before its"
          + " facts are on the topics.",
      "",
      "Examples:",
      "  bin/visit-balance produce --input nightly --dry-run",
      "  bin/visit-balance produce --input nightly --config cluster.properties",
      "",
      "Exit status: 0 all facts are on their topics (with --dry-run: could be read), 2 the input"
          + " cannot be used, or the cluster or the registry did not accept all of it; then run it"
          + " again."
    })
public final class ProduceCommand implements Callable<Integer> {
  /** The most invalid records to list; --dead-letters writes them all. */
  private static final int MOST_LETTERS = 100;

  @Spec private CommandSpec spec;

  @Option(names = "--input", required = true, paramLabel = "DIR", description = "Folder to read")
  private Path input;

  @Mixin private ClusterOptions cluster;

  @Mixin private MappingOptions mapping;

  @Option(
      names = "--imply-feed",
      description =
          "Also send a feed for each source without one: complete until the last thing that its"
              + " tables tell")
  private boolean implyFeed;

  @Option(
      names = "--dead-letters",
      paramLabel = "FILE",
      description = "Write invalid records to FILE as JSON lines: file, line and reason")
  private @Nullable Path deadLetters;

  @Option(names = "--force", description = "Overwrite the --dead-letters file")
  private boolean force;

  @Option(
      names = "--dry-run",
      description = "Read and check only; sends nothing and needs no cluster without --mapping-of")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init")
  ProduceCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    if (deadLetters != null) {
      NewFile.check(deadLetters, force);
    }
    Map<String, Object> clients = dryRun ? Map.of() : cluster.clientsSoon();
    InputFolder folder = open();
    if (dryRun) {
      tell(read(folder, new Shipment(null, false)), err);
      return ExitStatus.OK;
    }
    if (folder.checksTotals()) {
      // Nothing is sent of a folder with a file that turns out to be cut off.
      Shipment unsent = readAll(open(), new Shipment(null, false));
      unsent.end();
    }
    int unused = TopicProvisioner.partitions(clients, cluster.prefix(), Access.SOURCES);
    boolean isSimulated = TopicProvisioner.isSimulated(clients, cluster.prefix());
    try (FactProducer producer =
        new FactProducer(clients, ValueSerdes.of(clients)::forClass, cluster.prefix())) {
      tell(read(folder, new Shipment(producer, isSimulated)), err);
    } catch (KafkaException e) {
      throw new KafkaException(
          e.getMessage() + ". Not everything was sent; fix the problem and run the command again",
          e);
    }
    return ExitStatus.OK;
  }

  private InputFolder open() {
    return mapping.open(input, cluster, new RunTime(null, Instant.now()));
  }

  private Shipment read(InputFolder folder, Shipment shipment) {
    Shipment read = readAll(folder, shipment);
    PrintWriter err = spec.commandLine().getErr();
    InputReading.tell(folder.notices(), err);
    if (read.read() == 0) {
      DeadLetterList.print(read.letters, err, MOST_LETTERS, "correct these first");
      throw folder.nothing();
    }
    return read;
  }

  private Shipment readAll(InputFolder folder, Shipment shipment) {
    return Progress.during(
        shipment::read,
        spec.commandLine().getErr(),
        () -> {
          folder.settings().values().forEach(shipment::settings);
          shipment.during(
              () ->
                  folder.readInto(shipment, implyFeed, Runtime.getRuntime().availableProcessors()));
          shipment.end();
          return shipment;
        });
  }

  private void tell(Shipment shipment, PrintWriter err) throws IOException {
    Collection<DeadLetter> letters = shipment.letters;
    if (!letters.isEmpty()) {
      err.printf("visit-balance: invalid records: %,d%n", letters.size());
      DeadLetterList.print(letters, err, MOST_LETTERS, "--dead-letters FILE writes all of them");
      tellOfTheFuture(letters, err);
    }
    if (deadLetters != null) {
      NewFile.write(deadLetters, out -> DeadLetterLines.write(out, letters));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %s; invalid records: %,d%n",
        dryRun ? "records to send (dry run)" : "records sent", shipment.counts(), letters.size());
    out.flush();
  }

  /** On a topic, a fact is known from the moment it is appended: a wrong clock is to be seen. */
  private static void tellOfTheFuture(Collection<DeadLetter> letters, PrintWriter err) {
    long ahead =
        letters.stream().filter(one -> one.getReason().endsWith(FactProblems.IN_FUTURE)).count();
    if (ahead > 0) {
      err.printf(
          "visit-balance: records dated more than 2 days in the future: %,d. They are not sent,"
              + " because the service would reject them. Check the dates at the source and the"
              + " clock of this machine (now %s)%n",
          ahead, PlainTime.utc(Instant.now()));
    }
  }

  /** Sends what is read to the topics, if there is a producer, and counts it. */
  private static final class Shipment implements FactSink {
    private record KnownFeed(Feed feed, Instant knownAt) {}

    private final Map<Topic<?>, LongAdder> counts = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<KnownFeed> feeds = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable KafkaException> failure = new AtomicReference<>();
    private final @Nullable FactProducer producer;

    /** Whether a fact is known when its source says, and not from now on. */
    private final boolean isSimulated;

    Shipment(@Nullable FactProducer producer, boolean isSimulated) {
      this.producer = producer;
      this.isSimulated = isSimulated;
    }

    void settings(Settings document) {
      if (producer != null) {
        producer.settings(document);
      }
      count(Topics.SETTINGS);
    }

    @Override
    public void fact(SpecificRecord fact, Instant knownAt) {
      if (fact instanceof Feed feed) {
        feeds.add(new KnownFeed(feed, knownAt));
      } else {
        send(fact, knownAt);
      }
      count(Topics.ofFact(fact));
    }

    @Override
    public Instant knownAt(Instant told) {
      return isSimulated ? told : Instant.now();
    }

    @Override
    public boolean isAll() {
      return false;
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      letters.add(letter);
    }

    /**
     * Sends a fact; after the first failure it sends nothing more, so that the command fails soon.
     */
    private void send(SpecificRecord fact, Instant knownAt) {
      if (producer == null) {
        return;
      }
      try {
        producer.check();
        producer.fact(fact, knownAt);
      } catch (KafkaException e) {
        failure.compareAndSet(null, e);
        throw e;
      }
    }

    /**
     * Runs the reading. Readers wrap exceptions thrown at them; this throws the original failure.
     */
    void during(Runnable reading) {
      try {
        reading.run();
      } catch (RuntimeException e) {
        KafkaException own = failure.get();
        throw own == null ? e : own;
      }
    }

    /** Waits for all facts, then sends the feeds. */
    void end() {
      if (producer != null) {
        producer.flush();
        feeds.forEach(one -> producer.fact(one.feed(), one.knownAt()));
        producer.flush();
      }
    }

    private void count(Topic<?> topic) {
      counts.computeIfAbsent(topic, first -> new LongAdder()).increment();
    }

    long read() {
      return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private long of(Topic<?> topic) {
      LongAdder count = counts.get(topic);
      return count == null ? 0 : count.sum();
    }

    /** Returns the total and the counts by topic, in the order of the topic table. */
    String counts() {
      String each =
          Topics.ALL.stream()
              .filter(counts::containsKey)
              .map(topic -> String.format("%s %,d", topic.name(), of(topic)))
              .collect(Collectors.joining(", "));
      return String.format("%,d", read()) + (each.isEmpty() ? "" : " (" + each + ")");
    }
  }
}
