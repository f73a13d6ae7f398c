package org.visitbalance.lab.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.intake.hl7.MllpClient;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how many HL7 messages a listener acknowledges. */
@Command(
    name = "bench-hl7",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures how many HL7 v2 messages a listener acknowledges in a second.",
      "",
      "Of ten messages, nine are visits with three transactions each, and one names a patient. Each"
          + " is acknowledged when the archive and the topics have it. The senders and intake run"
          + " in this process, and the broker runs in its own process on this machine.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  bench-hl7", "  bench-hl7 --connections 4 --window 1"})
public final class BenchHl7Command implements Callable<Integer> {
  private static final String LISTENER = "emr";
  private static final double NANOS = 1e9;
  private static final double MEBI = 1 << 20;
  private static final int PARTITIONS = 4;
  private static final int MOST_RESTS = 8;
  private static final long REST_MS = 10_000;

  /** Who names a patient comes before the visits of that patient, once in so many messages. */
  private static final int PATIENT = 10;

  private static final LocalDate FIRST_DAY = LocalDate.of(2026, 3, 2);
  private static final int DAYS = 30;

  @Spec private CommandSpec spec;

  @Option(
      names = "--messages",
      paramLabel = "N",
      defaultValue = "60000",
      description = "Messages that are measured (default: 60000)")
  private int messages;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "30000",
      description = "Messages before them (default: 30000)")
  private int warmUp;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "16",
      description = "Connections at a time, 64 at most (default: 16)")
  private int connections;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "16",
      description = "Messages of a connection without an answer (default: 16)")
  private int window;

  @SuppressWarnings("NullAway.Init")
  BenchHl7Command() {}

  @Override
  public Integer call() throws Exception {
    Path root = Measuring.folder("hl7");
    try (BrokerProcess broker = BrokerProcess.start(PARTITIONS)) {
      Map<String, Object> clients = broker.clients();
      TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;
      TopicProvisioner.create(clients, "", PARTITIONS, Topic.Time.SIMULATION);
      try (RunningIntake intake =
          RunningIntake.start(clients, serdes, "", intakeFile(root), root.resolve("index"))) {
        int port = intake.port(LISTENER);
        double slow = send(port, 0, warmUp);
        say("warm-up: %,d messages, %,.0f a second", warmUp, warmUp / slow);
        long worked = Measuring.cpuNanos();
        long brokerWorked = broker.cpu().toNanos();
        double seconds = send(port, warmUp, messages);
        say(
            "%,d messages acknowledged in %.1f s: %,.0f a second, over %d connections with %d at a"
                + " time",
            messages, seconds, messages / seconds, connections, window);
        say(
            "CPU time: %.1f s of senders and intake, %.1f s of the broker",
            (Measuring.cpuNanos() - worked) / NANOS,
            (broker.cpu().toNanos() - brokerWorked) / NANOS);
        double archive = Measuring.size(root.resolve("archive")) / MEBI;
        double busy = Measuring.size(root.resolve("index")) / MEBI;
        double rested = rested(root.resolve("index")) / MEBI;
        say("archive: %.1f MiB; index: %.1f MiB, at rest %.1f MiB", archive, busy, rested);
      }
    } finally {
      Folders.delete(root);
    }
    return ExitStatus.OK;
  }

  private static Path intakeFile(Path root) throws IOException {
    for (String name : List.of("in", "archive", "quarantine")) {
      Path unused = Files.createDirectories(root.resolve(name));
    }
    return Files.writeString(
        root.resolve("intake.yaml"),
        String.format(
            Locale.ROOT,
            """
            folders:
              - path: %1$s/in
                tenant: T1
                archive: %1$s/archive
                quarantine: %1$s/quarantine
            hl7:
              - {name: emr, tenant: T1, listen: "127.0.0.1:0", source: EMR}
            """,
            root.toString()));
  }

  /** Sends messages over all connections; returns how many seconds it took to the last answer. */
  private double send(int port, int first, int count)
      throws InterruptedException, ExecutionException {
    ExecutorService senders = Executors.newFixedThreadPool(connections);
    try {
      long begun = System.nanoTime();
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int start = first + i;
        all.add(
            senders.submit(
                () -> {
                  send(port, start, first + count, connections);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return (System.nanoTime() - begun) / NANOS;
    } finally {
      senders.shutdownNow();
    }
  }

  private void send(int port, int from, int to, int step) throws IOException {
    try (MllpClient client = MllpClient.connect("127.0.0.1", port, null)) {
      int open = 0;
      for (int i = from; i < to; i += step) {
        client.send(message(i).getBytes(US_ASCII));
        open++;
        if (open == window) {
          // Half of them at a time, as senders do that do not stop for each answer.
          for (; open > window / 2; open--) {
            accepted(client.answer());
          }
        }
      }
      for (; open > 0; open--) {
        accepted(client.answer());
      }
    }
  }

  private static void accepted(MllpClient.Answer answer) throws IOException {
    if (!answer.code().equals("AA")) {
      throw new IOException("a message was not accepted: " + answer.code() + " " + answer.text());
    }
  }

  private static String message(int number) {
    boolean isPatient = number % PATIENT == 0;
    String patient = String.format(Locale.ROOT, "%06d", number / PATIENT);
    String day = DateTimeFormatter.BASIC_ISO_DATE.format(FIRST_DAY.plusDays(number % DAYS));
    String head =
        "MSH|^~\\&|EMR|HARBOR|VB|HARBOR|"
            + day
            + "180000||"
            + (isPatient ? "ADT^A08" : "DFT^P03")
            + "|N"
            + number
            + "|P|2.5.1\rEVN|P03|"
            + day
            + "180000\rPID|1||E"
            + patient
            + "^^^X^MR~A"
            + patient
            + "^^^X^AN||Doe^Jane||19700101|F|||1 Main St^^Springfield\r"
            + "PV1|1|O|C0"
            + number % 8
            + "^^^C0"
            + number % 8
            + "||||T"
            + number % 40
            + "||||||||||||V"
            + number
            + "\r";
    return isPatient
        ? head
        : head
            + transaction(number, 1, day, "97110", 2)
            + transaction(number, 2, day, "97140", 1)
            + transaction(number, 3, day, "97530", 1);
  }

  private static String transaction(int number, int line, String day, String code, int units) {
    return "FT1|"
        + line
        + "|F"
        + number
        + "-"
        + line
        + "||"
        + day
        + "||CG|"
        + code
        + "|||"
        + units
        + "|45.00|||||C0"
        + number % 8
        + "||||T"
        + number % 40
        + "|||||"
        + code
        + "^^C4\r";
  }

  /** Waits until intake has given back what it can; returns the size then. */
  private static long rested(Path folder) throws InterruptedException {
    long size = Measuring.size(folder);
    long before = Long.MAX_VALUE;
    for (int i = 0; i < MOST_RESTS && size < before; i++) {
      before = size;
      Thread.sleep(REST_MS);
      size = Measuring.size(folder);
    }
    return size;
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    spec.commandLine().getOut().printf(text + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
