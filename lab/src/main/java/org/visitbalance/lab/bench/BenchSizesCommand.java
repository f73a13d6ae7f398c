package org.visitbalance.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.platform.Folders;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.topology.Topic;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures whether what a fact costs the topology depends on the size of something. */
@Command(
    name = "bench-sizes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures whether a fact costs the topology the same, whatever the size of something.",
      "",
      "The sizes take turns, each on fresh topics: the service takes the facts before, starts again,"
          + " and takes those that are measured.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bench-sizes visits",
      "  bench-sizes facts --sizes 100000,10000000 --rounds 1",
      "  bench-sizes timers --live",
    })
public final class BenchSizesCommand implements Callable<Integer> {
  private static final double MICROS = 1e6;
  private static final double PERCENT = 100;
  private static final int YEAR = 365;

  /** What has a size. */
  enum What {
    /** Facts before. */
    FACTS,
    /** Visits of each patient. */
    VISITS,
    /** Companies that have the facts together. */
    TENANTS,
    /** Days in which the clock went with the facts before, so that timers were set and fired. */
    TIMERS;

    private List<Integer> usual() {
      return switch (this) {
        case FACTS -> List.of(100_000, 1_000_000, 10_000_000);
        case VISITS -> List.of(1, 10, 1_000);
        case TENANTS -> List.of(1, 30, 300);
        case TIMERS -> List.of(0, YEAR);
      };
    }
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "WHAT",
      description = {
        "facts: how many have been before; as many come each day",
        "visits: how many each patient has",
        "tenants: how many companies have the facts and 300 clinics together",
        "timers: 0, or 365 if the facts before are those of a year that came day by day, so that"
            + " timers were set and have fired",
      })
  private What what;

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      description = "The sizes (default: those that the cost should not depend on)")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds, of which the medians are said (default: 5)")
  private int rounds;

  @Option(
      names = "--facts",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Facts to measure (default: 200000)")
  private int facts;

  @Option(
      names = "--before",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Facts before these, where their number is not the size (default: 200000)")
  private int before;

  @Mixin private PlanOptions options;

  @SuppressWarnings("NullAway.Init")
  BenchSizesCommand() {}

  /** The costs of a size, a round each. */
  private record Costs(List<Double> micros, List<Double> speeds) {
    double micro() {
      return Measuring.median(micros);
    }

    double speed() {
      return Measuring.median(speeds);
    }
  }

  @Override
  public Integer call() throws Exception {
    List<Integer> turns = new ArrayList<>(all());
    Map<Integer, Costs> costs = new TreeMap<>();
    turns.forEach(size -> costs.put(size, new Costs(new ArrayList<>(), new ArrayList<>())));
    try (BrokerProcess broker = BrokerProcess.start(options.plan().partitions())) {
      TopologyRun.Took unused = measure(broker.clients(), "warm-up.", Collections.min(turns));
      for (int round = 1; round <= rounds; round++) {
        for (int size : turns) {
          String prefix = "round" + round + "." + size + ".";
          TopologyRun.Took took = measure(broker.clients(), prefix, size);
          Costs own = Objects.requireNonNull(costs.get(size));
          own.micros.add(took.cpu() * MICROS / facts);
          own.speeds.add(facts / took.all());
          say(
              "round %d, %s %,d: %.1f us of CPU time a fact, %,.0f facts/s",
              round, name(), size, last(own.micros), last(own.speeds));
        }
        // Who goes first has the quieter broker.
        Collections.rotate(turns, 1);
      }
    }
    costs.forEach(
        (size, own) ->
            say("%s %,d: %.1f us, %,.0f facts/s", name(), size, own.micro(), own.speed()));
    say(
        "medians of %d rounds: at most %.0f %% more CPU time, %.0f %% fewer facts/s",
        rounds,
        spread(costs.values().stream().map(Costs::micro).toList()),
        spread(costs.values().stream().map(Costs::speed).toList()));
    return ExitStatus.OK;
  }

  private TopologyRun.Took measure(Map<String, Object> clients, String prefix, int size)
      throws IOException {
    TopologyRun.Plan plan = options.plan();
    int earlier = what == What.FACTS ? size : before;
    BenchCompany company = company(size, (long) earlier + facts);
    TopicProvisioner.create(clients, prefix, plan.partitions(), Topic.Time.SIMULATION);
    Path state = Measuring.folder("sizes");
    try (FactProducer producer =
            new FactProducer(clients, ValueSerdes.of(clients)::forClass, prefix);
        Stream<TimedFact> all = company.facts()) {
      company.settings().forEach(producer::settings);
      Iterator<TimedFact> next = all.iterator();
      boolean wasLive = what == What.TIMERS ? size > 0 : plan.live();
      TopologyRun past = new TopologyRun(clients, prefix, plan.with(wasLive));
      Instant end = past.produce(producer, next, earlier);
      TopologyRun.Took was = past.serveOnce(state, producer, end, earlier);
      TopologyRun present = new TopologyRun(clients, prefix, plan);
      end = present.produce(producer, next, facts);
      TopologyRun.Took took = present.serveOnce(state, producer, end, facts);
      say("%s%s: %,d days live, %,d before", prefix, name(), took.days(), was.days());
      return took;
    } finally {
      Folders.delete(state);
    }
  }

  private List<Integer> all() {
    return sizes.isEmpty() ? what.usual() : sizes;
  }

  private BenchCompany company(int size, long wanted) {
    int days = 2 * BenchTopologyCommand.DAYS;
    return switch (what) {
      case FACTS -> BenchCompany.ofPast(wanted, (long) Collections.max(all()) + facts);
      case VISITS -> BenchCompany.ofPatients(wanted, days, size);
      case TENANTS -> BenchCompany.ofTenants(wanted, days, size);
      case TIMERS -> new BenchCompany(wanted, (int) (2 * YEAR * wanted / before));
    };
  }

  private static double spread(Collection<Double> values) {
    return PERCENT * (Collections.max(values) / Collections.min(values) - 1);
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  private String name() {
    return what.name().toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void say(String text, Object... values) {
    spec.commandLine().getOut().printf(text + "%n", values);
    spec.commandLine().getOut().flush();
  }
}
