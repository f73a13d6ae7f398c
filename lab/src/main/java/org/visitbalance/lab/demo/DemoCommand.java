package org.visitbalance.lab.demo;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.CommandErrors;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Stopping;
import org.visitbalance.cli.TokenKey;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.lab.ports.PortOptions;
import org.visitbalance.platform.Sentences;
import org.visitbalance.scenario.LivingCompany;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the service on a simulated company. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Demonstrates the service on a made-up company.",
      "",
      "Visits are finalized and their charges arrive; some arrive late, some are held, some are"
          + " lost. Each night the files of both systems come and are read.",
      "",
      "Everything runs in this process, including a Kafka broker and a schema registry, on"
          + " ports that only this machine can reach. Nothing is kept; Ctrl-C stops it.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "The same seed and clinics give the same company. Every person in it is made up.",
      "Exit status: 0 stopped, 2 cannot run or could not go on."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final double FASTEST = 100_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "1440",
      description =
          "Seconds of company time per second; nights and weekends pass faster (default: 1440,"
              + " about half a minute per day)")
  private double speed;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the random numbers; another seed gives another company (default: 1)")
  private long seed;

  @Option(
      names = "--clinics",
      paramLabel = "N",
      defaultValue = "3",
      description = "Number of clinics, each with a second location (default: 3)")
  private int clinics;

  @Option(
      names = "--no-page",
      description = "Print one line per day on the terminal instead of starting the page")
  private boolean noPage;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port of the page, on this machine only; 0 for a free one (default: 8080)")
  private int port;

  @Mixin private PortOptions ports;

  @Option(
      names = "--token-key",
      paramLabel = "random",
      description =
          "random: make tokens with a new key that is not kept (default:"
              + " VISIT_BALANCE_TOKEN_KEY, or your own key, which is made at the first use)")
  private @Nullable String tokenKey;

  @SuppressWarnings("NullAway.Init")
  DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (!(speed > 0 && speed <= FASTEST)) {
      throw new ParameterException(
          spec.commandLine(), "--speed must be above 0 and at most " + (int) FASTEST);
    } else if (clinics < 1 || clinics > 99) {
      throw new ParameterException(spec.commandLine(), "--clinics must be from 1 to 99");
    }
    ports.requireUsable(spec.commandLine(), noPage ? Map.of() : Map.of("--port", port));
    PrintWriter err = spec.commandLine().getErr();
    String key = TokenKey.ofOneShot(tokenKey, CommandErrors.notes(err));
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Consumer<Throwable> failed =
        problem -> {
          failure.compareAndSet(null, problem);
          stopped.countDown();
        };
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      LivingCompany company = new LivingCompany(LivingCompany.options(seed, clinics));
      Demo demo =
          Demo.start(
              opened,
              company,
              key,
              speed,
              ports.ports(),
              (problem, goesOn) -> heard(problem, goesOn, failed));
      demo.run(opened, show(opened, demo), failed::accept);
      stopped.await();
    } catch (CancellationException e) {
      return ExitStatus.OK;
    }
    Throwable problem = failure.get();
    if (problem == null) {
      return ExitStatus.OK;
    }
    complain(problem, "the demo stops");
    return ExitStatus.UNUSABLE;
  }

  /**
   * Shows the company: the page, or one line per day on the terminal.
   *
   * @return receives the moment of the company's time up to which the service has evaluated
   */
  private Consumer<Instant> show(Closeables opened, Demo demo) {
    PrintWriter out = spec.commandLine().getOut();
    if (!noPage) {
      QueryService page = demo.page(opened, port, problem -> complain(problem, "a request failed"));
      out.printf("Demo running at http://127.0.0.1:%d/; press Ctrl-C to stop%n", page.port());
      out.flush();
      return time -> {};
    }
    TerminalStory story =
        new TerminalStory(
            demo.company().zone(), demo.company().begins(), out, spec.commandLine().getErr());
    opened.open(() -> story.start(demo.reader()));
    out.println("Demo running; press Ctrl-C to stop");
    out.flush();
    return story::now;
  }

  private void heard(Throwable problem, boolean goesOn, Consumer<Throwable> failed) {
    if (goesOn) {
      complain(problem, "retrying; nothing is lost");
    } else {
      failed.accept(problem);
    }
  }

  private void complain(Throwable problem, String consequence) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("visit-balance: %s; %s%n", Sentences.of(problem), consequence);
    err.flush();
  }
}
