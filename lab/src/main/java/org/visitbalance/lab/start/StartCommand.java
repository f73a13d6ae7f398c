package org.visitbalance.lab.start;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.Closeables;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.Stopping;
import org.visitbalance.cli.files.FileOpener;
import org.visitbalance.embedded.FolderLock;
import org.visitbalance.lab.ports.PortOptions;
import org.visitbalance.platform.Sentences;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a whole installation on this machine, and keeps its data. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs Visit Balance on this computer, for one company, and opens the page in the browser.",
      "",
      "Everything runs in this process, including a Kafka broker and a schema registry, and only"
          + " this computer can reach it. Ctrl-C stops it. Everything it knows is in its data folder,"
          + " so the next start goes on where this one stopped, also after a crash.",
      "",
      "If it is running already, the command opens its page.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "The first steps are in docs/start.md. backup and restore copy the data folder.",
      "Exit status: 0 stopped, or running already; 2 cannot run or could not go on."
    })
public final class StartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DataOption data;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port of the page, on this machine only; 0 for a free one (default: 8080)")
  private int port;

  @Mixin private PortOptions ports;

  @Option(
      names = "--company",
      paramLabel = "NAME",
      description =
          "Name of the company in its files, settings, and records; kept at the first start"
              + " (default: COMPANY)")
  private @Nullable String company;

  @Option(
      names = "--no-open",
      description = "Do not open the page; print an address that signs your browser in")
  private boolean noOpen;

  @SuppressWarnings("NullAway.Init")
  StartCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    DataFolder folder = data.folder();
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    try (Closeables opened = new Closeables()) {
      Stopping.closes(opened);
      FolderLock lock = folder.tryTake();
      if (lock == null) {
        RunningService running = RunningService.find(folder);
        tell("Visit Balance is running already at " + running.address());
        show(running.addressToOpen());
        return ExitStatus.OK;
      }
      AutoCloseable unused = opened.open(() -> Objects.requireNonNull(lock));
      folder.prepare(company);
      ports.requireUsable(spec.commandLine(), Map.of("--port", port));
      OwnService service =
          OwnService.start(
              opened,
              folder,
              port,
              ports.ports(),
              (problem, goesOn) -> {
                if (goesOn) {
                  complain(problem, "retrying; nothing is lost");
                } else {
                  failure.compareAndSet(null, problem);
                  stopped.countDown();
                }
              },
              problem -> complain(problem, "a request failed"));
      tell("Visit Balance is running at " + service.address() + "; press Ctrl-C to stop it");
      tell("Its data is in " + folder.path());
      tell("Send files on the page, in the view Files, or put them into " + folder.files());
      show(service.addressToOpen());
      stopped.await();
    } catch (CancellationException e) {
      return ExitStatus.OK;
    }
    Throwable problem = failure.get();
    if (problem == null) {
      return ExitStatus.OK;
    }
    complain(problem, "Visit Balance stops; start it again");
    return ExitStatus.UNUSABLE;
  }

  /** Opens the page, or says how. */
  private void show(String address) {
    if (noOpen || !FileOpener.ofThisMachine().openAddress(address)) {
      tell("Open this address in your browser; it works once, within ten minutes: " + address);
    }
  }

  private void tell(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private void complain(Throwable problem, String consequence) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("visit-balance: %s; %s%n", Sentences.of(problem), consequence);
    err.flush();
  }
}
