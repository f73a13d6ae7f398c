package org.visitbalance.cli.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;
import org.visitbalance.intake.IntakeStatus;
import org.visitbalance.intake.sftp.SftpPuller;

/** The metrics of an intake: numbers of files, and nothing of what is in them. */
public final class IntakeMeters {
  private IntakeMeters() {}

  /** Registers the metrics. */
  public static void bind(RunningIntake running, MeterRegistry meters) {
    gauge(
        meters,
        "well",
        "1 while intake works, otherwise 0.",
        running,
        one -> one.problem() == null ? 1 : 0);
    status(
        meters,
        "waiting",
        "Files in the folders that are not whole yet.",
        running,
        IntakeStatus::waiting);
    status(
        meters,
        "not_files",
        "Folders, links, and other things in the folders that are no files and are not read.",
        running,
        IntakeStatus::others);
    status(meters, "working", "Files that are being read or sent.", running, IntakeStatus::working);
    status(meters, "done", "Files that were read.", running, IntakeStatus::done);
    status(
        meters,
        "quarantined",
        "Refused files that still need work.",
        running,
        IntakeStatus::quarantined);
    gauge(
        meters,
        "missing",
        "Expected files that have not come in time.",
        running,
        one -> one.intake().missing().size());
    listeners(running, meters);
    for (SftpPuller puller : running.pullers()) {
      Gauge.builder("visit_balance_intake_sftp_well", puller, one -> one.trouble() == null ? 1 : 0)
          .description("1 while the files of the server can be fetched, otherwise 0.")
          .tag("sftp", puller.name())
          .register(meters);
    }
  }

  private static void listeners(RunningIntake running, MeterRegistry meters) {
    running
        .listeners()
        .figures(
            (listener, name, event, value) -> {
              Gauge.Builder<?> figure =
                  Gauge.builder("visit_balance_intake_hl7_" + name, running.listeners(), value)
                      .description(
                          event == null
                              ? "HL7 connections, or bytes between messages."
                              : "HL7 messages since the start, by what became of them.")
                      .tag("listener", listener);
              Gauge unused =
                  (event == null ? figure : figure.tag("answer", event)).register(meters);
            });
  }

  private static void status(
      MeterRegistry meters,
      String name,
      String says,
      RunningIntake running,
      ToDoubleFunction<IntakeStatus> figure) {
    gauge(meters, name, says, running, one -> figure.applyAsDouble(one.intake().status()));
  }

  private static void gauge(
      MeterRegistry meters,
      String name,
      String says,
      RunningIntake running,
      ToDoubleFunction<RunningIntake> figure) {
    Gauge.builder("visit_balance_intake_" + name, running, figure)
        .description(says)
        .register(meters);
  }
}
