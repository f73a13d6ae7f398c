package org.visitbalance.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.platform.Deadline;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets an instance work for longer than whatever it opens, keeps, or renews lives. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lets an instance work for a long time, and checks it all the time.",
      "",
      "The broker and one serve with embedded tables run in their own processes on this machine."
          + " Facts come steadily. Each second, serve has to be ready, to answer with what was"
          + " produced a while ago, and to stay within its memory. The default outlives the half hour"
          + " after which the connections to the tables are renewed.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  soak",
      "  soak --minutes 720 --rate 20    a night",
      "",
      "Exit status: 0 all was well until the end, 1 something was not, which a sentence says, 2"
          + " cannot run."
    })
public final class SoakCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration BREATH = Duration.ofSeconds(1);
  private static final String KEY = "the-soak-has-no-secrets-to-keep-0123456789-0";

  /** That of docs/sizing.md for a small machine. */
  private static final List<String> SMALL = List.of("-Xmx512m", "-Xmn150m");

  private static final String MISSING_CHARGE = "MISSING_CHARGE";
  private static final double NANOS = 1e9;
  private static final int SECONDS_OF_A_MINUTE = 60;

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "45",
      description = "How long to let it work (default: 45)")
  private double minutes;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "5",
      description = "Facts per second (default: 5)")
  private int rate;

  @Option(
      names = "--within",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How soon answers must have what was produced (default: 30)")
  private int within;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      defaultValue = "1024",
      description = "How much memory serve may have, in MiB (default: 1024)")
  private int memory;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions per topic (default: 4)")
  private int partitions;

  @SuppressWarnings("NullAway.Init")
  SoakCommand() {}

  @Override
  public Integer call() throws Exception {
    if (minutes <= 0 || rate <= 0 || within <= 0 || memory <= 0) {
      throw new ParameterException(
          spec.commandLine(), "--minutes, --rate, --within, and --memory must be greater than 0");
    }
    Path folder = Files.createTempDirectory("visit-balance-soak");
    String wrong;
    try (BrokerProcess broker = BrokerProcess.start(partitions)) {
      Map<String, Object> clients = broker.clients();
      TopicProvisioner.create(clients, "", partitions, Topic.Time.SIMULATION);
      try (ServeProcess serve = ServeProcess.start(clients, "", folder, KEY, SMALL);
          SoakCompany company = new SoakCompany(clients)) {
        Patience.await("serve", PATIENCE, BREATH, () -> serve.isReady() || !serve.isAlive());
        wrong = new Watching(serve, company).run();
      }
    }
    return end(wrong, folder);
  }

  private int end(@Nullable String wrong, Path folder) throws IOException {
    if (wrong != null) {
      say("WRONG: %s", wrong);
      say("the log of serve is in %s", folder);
      return ExitStatus.DIFFERS;
    }
    Folders.delete(folder);
    return ExitStatus.OK;
  }

  /** The work of one instance, looked at each second. */
  private final class Watching {
    private final ServeProcess serve;
    private final SoakCompany company;
    private final long begun = System.nanoTime();
    private final SoakAnswers answers = new SoakAnswers(Duration.ofSeconds(within));
    private long most;

    Watching(ServeProcess serve, SoakCompany company) {
      this.serve = serve;
      this.company = company;
    }

    /** Returns what went wrong first; null if nothing did. */
    @Nullable String run() throws InterruptedException {
      double end = minutes * SECONDS_OF_A_MINUTE;
      int said = 0;
      for (double now = 0; now < end; now = seconds(begun)) {
        answers.produced(company.produce((long) (now * rate)), System.nanoTime());
        String wrong = wrong();
        if (wrong != null) {
          return String.format("after %.0f s, %s", now, wrong);
        }
        if ((int) now / SECONDS_OF_A_MINUTE > said) {
          said = (int) now / SECONDS_OF_A_MINUTE;
          say("%d min: %s", said, figures());
        }
        Thread.sleep(BREATH.toMillis());
      }
      Deadline last = Deadline.in(Duration.ofSeconds(within));
      String wrong = wrong();
      while (wrong == null && differing() != null && !last.isOver()) {
        Thread.sleep(BREATH.toMillis());
        wrong = wrong();
      }
      wrong = wrong == null ? differing() : wrong;
      say("all of %.1f min: %s", seconds(begun) / SECONDS_OF_A_MINUTE, figures());
      return wrong;
    }

    /** What is not as the company made it, now that nothing more comes; null if all is. */
    private @Nullable String differing() {
      String missing = answers.missing();
      long unbilled = discrepancies();
      return missing != null || unbilled == company.unbilled()
          ? missing
          : String.format(
              "%,d visits lack a charge by its metrics, and %,d do", unbilled, company.unbilled());
    }

    private long discrepancies() {
      return serve.discrepancies(MISSING_CHARGE);
    }

    private @Nullable String wrong() {
      if (!serve.isAlive()) {
        return "serve has ended";
      }
      String unready = serve.notReady();
      if (unready != null) {
        return "serve is not ready: " + unready;
      }
      long used = serve.memoryMib();
      most = Math.max(most, used);
      if (used > memory) {
        return String.format("serve has %,d MiB of memory, more than %,d", used, memory);
      }
      return answers.seen(serve.visitsOn(SoakCompany.TENANT, company.day()), System.nanoTime());
    }

    private String figures() {
      return String.format(
          "%,d visits, in answers after %.1f s at most; %,d not billed; memory %s",
          answers.visits(),
          answers.latest(),
          discrepancies(),
          most == 0 ? "not known on this system" : String.format("%,d MiB at most", most));
    }

    private double seconds(long since) {
      return (System.nanoTime() - since) / NANOS;
    }
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    spec.commandLine().getOut().printf(text + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
