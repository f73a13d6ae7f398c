package org.visitbalance.lab.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Stopping;
import org.visitbalance.cli.TokenKey;
import org.visitbalance.cli.serve.QueryService;
import org.visitbalance.platform.Sentences;
import org.visitbalance.scenario.LivingCompany;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A company that lives, to look at. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows the service at work on a made-up company that goes on living: visits are finalized,"
          + " their charges arrive, some late, some are held, some are lost.",
      "",
      "Everything runs in this process, a Kafka broker and a schema registry too, on free ports of"
          + " this machine only. Nothing of it is kept; Ctrl-C ends it.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Equal seeds and clinics give the same company. No person in it is real.",
      "Exit status: 0 stopped, 2 it cannot run, or it could not go on."
    })
public final class DemoCommand implements Callable<Integer> {
  private static final double FASTEST = 100_000;
  private static final int LAST_PORT = 65_535;

  @Spec private CommandSpec spec;

  @Option(
      names = "--speed",
      paramLabel = "N",
      defaultValue = "1440",
      description =
          "Seconds of the company's time in a second; through nights and weekends it hurries."
              + " Default: 1440, with which a day takes about half a minute.")
  private double speed;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Another seed makes another company. Default: 1.")
  private long seed;

  @Option(
      names = "--clinics",
      paramLabel = "N",
      defaultValue = "3",
      description = "Clinics, each with a second location. Default: 3.")
  private int clinics;

  @Option(
      names = "--no-page",
      description = "Tell the story on the terminal, a line a day, and start no page.")
  private boolean noPage;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port of the page, on this machine only; 0: a free one. Default: 8080.")
  private int port;

  @Option(
      names = "--token-key",
      paramLabel = "random",
      description =
          "random: name visits by tokens of a key that nobody keeps. Default:"
              + " VISIT_BALANCE_TOKEN_KEY, else a key of this user, made at the first use.")
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
    } else if (port < 0 || port > LAST_PORT) {
      throw new ParameterException(spec.commandLine(), "--port must be from 0 to " + LAST_PORT);
    }
    requireFree();
    PrintWriter err = spec.commandLine().getErr();
    String key =
        TokenKey.ofOneShot(
            tokenKey,
            note -> {
              err.println("visit-balance: " + note);
              err.flush();
            });
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
              opened, company, key, speed, (problem, goesOn) -> heard(problem, goesOn, failed));
      demo.run(opened, show(opened, demo), failed::accept);
      stopped.await();
    } catch (CancellationException e) {
      return ExitStatus.OK;
    }
    Throwable problem = failure.get();
    if (problem == null) {
      return ExitStatus.OK;
    }
    complain(problem, "the demo ends");
    return ExitStatus.UNUSABLE;
  }

  /** Says at once, and not after the start, that the page has no place. */
  private void requireFree() {
    if (noPage || port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "port " + port + " cannot be used (" + e.getMessage() + "); choose another --port",
          e);
    }
  }

  /**
   * Shows the company to a person: the page, or a story on the terminal.
   *
   * @return hears up to which moment of the company's time the service has judged
   */
  private Consumer<Instant> show(Closeables opened, Demo demo) {
    PrintWriter out = spec.commandLine().getOut();
    if (!noPage) {
      QueryService page = demo.page(opened, port, problem -> complain(problem, "a request failed"));
      out.printf(
          "visit-balance: a company lives at http://127.0.0.1:%d/; Ctrl-C ends it%n", page.port());
      out.flush();
      return time -> {};
    }
    TerminalStory story =
        new TerminalStory(
            demo.company().zone(), demo.company().begins(), out, spec.commandLine().getErr());
    opened.open(() -> story.start(demo.reader()));
    out.println("visit-balance: a company lives; Ctrl-C ends it");
    out.flush();
    return story::now;
  }

  private void heard(Throwable problem, boolean goesOn, Consumer<Throwable> failed) {
    if (goesOn) {
      complain(problem, "trying again, nothing is lost");
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
