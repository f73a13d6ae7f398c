package org.visitbalance.lab.bench;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Facts;
import org.visitbalance.core.JudgingTime;
import org.visitbalance.core.MemoryStore;
import org.visitbalance.core.PatientLedger;
import org.visitbalance.core.PatientStore;
import org.visitbalance.core.Revision;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.core.Tokens;
import org.visitbalance.fact.Feed;
import org.visitbalance.scenario.FactSource;
import org.visitbalance.scenario.Preset;
import org.visitbalance.scenario.Scenario;
import org.visitbalance.settings.Settings;
import org.visitbalance.state.Judgement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the core by itself. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the core by itself.",
      "",
      "It runs on one thread and without input or output: one fact goes in, everything it touches"
          + " is evaluated again, and the changes come out.",
      "",
      "The facts come from the scenario generator. Each row is measured in several rounds in this"
          + " process; the first rounds are slower while Java is still compiling. On a busy"
          + " machine, use the rate by processor time: it counts this thread only and leaves out"
          + " the garbage collector.",
      ""
    })
public final class BenchCommand implements Callable<Integer> {
  private static final String TOKEN_KEY = "bench";
  private static final double NANOS = 1e9;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @Spec private CommandSpec spec;

  @Option(
      names = "--facts",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Facts per round (default: 200000)")
  private int facts;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "8",
      description = "Number of rounds (default: 8)")
  private int rounds;

  @SuppressWarnings("NullAway.Init")
  BenchCommand() {}

  @Override
  public Integer call() {
    run(
        "a company's patients",
        new Scenario(Preset.CLINIC.options().with().days(3_650).build()),
        facts);
    run("one patient, 3 visits", new Scenario(Preset.onePatient(3)), facts);
    run("one patient, 1,000 visits", new Scenario(Preset.onePatient(1_000)), facts);
    return ExitStatus.OK;
  }

  private void run(String name, FactSource source, int most) {
    PrintWriter out = spec.commandLine().getOut();
    List<SpecificRecord> all =
        source
            .facts()
            .map(timed -> timed.fact())
            .filter(fact -> !(fact instanceof Feed))
            .limit(most)
            .toList();
    int times = Math.max(1, facts / all.size());
    for (int round = 1; round <= rounds; round++) {
      long changes = 0;
      long begun = System.nanoTime();
      long cpuBegun = THREADS.getCurrentThreadCpuTime();
      for (int i = 0; i < times; i++) {
        changes += new Run(source.settings()).addAll(all);
      }
      double seconds = (System.nanoTime() - begun) / NANOS;
      double cpuSeconds = (THREADS.getCurrentThreadCpuTime() - cpuBegun) / NANOS;
      int taken = all.size() * times;
      out.printf(
          "%-26s round %d: %,9d facts, %,9d changes, %,9.0f facts/s, %,9.0f by processor time%n",
          name, round, taken, changes, taken / seconds, taken / cpuSeconds);
      out.flush();
    }
  }

  /** What a service does with facts, without the rest of the service. */
  private static final class Run {
    private record PatientId(String tenant, String key) {}

    private record Patient(PatientLedger ledger, Revision revision) {}

    private final Map<String, TenantSettings> settings = new HashMap<>();
    private final Map<PatientId, Patient> patients = new HashMap<>();
    private final Tokens tokens = new Tokens(TOKEN_KEY);

    Run(List<Settings> documents) {
      documents.forEach(one -> settings.put(one.getTenant(), new TenantSettings(one)));
    }

    long addAll(List<SpecificRecord> facts) {
      long changes = 0;
      for (SpecificRecord fact : facts) {
        PatientId id = new PatientId(Facts.tenant(fact), String.valueOf(Facts.patientKey(fact)));
        Patient patient = patients.computeIfAbsent(id, this::patient);
        patient.ledger().add(fact);
        Instant now = Facts.occurredAt(fact);
        for (Revision.Change change :
            patient
                .revision()
                .revise(patient.ledger().takeTouched(), new JudgingTime(now, now, now))) {
          Judgement after = change.after();
          changes += after == null ? 1 : after.getContributions().size();
        }
      }
      return changes;
    }

    private Patient patient(PatientId id) {
      PatientStore store = new MemoryStore();
      TenantSettings own = settings.computeIfAbsent(id.tenant(), TenantSettings::defaults);
      DateJudge judge = new DateJudge(id.tenant(), id.key(), store, own, tokens);
      return new Patient(new PatientLedger(store, own), new Revision(store, judge));
    }
  }
}
