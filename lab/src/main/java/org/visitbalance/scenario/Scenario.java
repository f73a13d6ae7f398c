package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.visitbalance.settings.Settings;

/**
 * Companies generated from a seed. Facts are produced day by day as they are read; only the
 * returning patients and the facts of the next few days are kept in memory, however many days there
 * are.
 */
public final class Scenario implements FactSource {
  private final ScenarioOptions options;

  public Scenario(ScenarioOptions options) {
    this.options = options;
  }

  @Override
  public Stream<TimedFact> facts() {
    Spliterator<TimedFact> facts =
        Spliterators.spliteratorUnknownSize(
            new Days(options), Spliterator.ORDERED | Spliterator.NONNULL);
    Stream<TimedFact> stream = StreamSupport.stream(facts, false);
    return options.maxFacts() > 0 ? stream.limit(options.maxFacts()) : stream;
  }

  @Override
  public List<Settings> settings() {
    List<Settings> settings = new ArrayList<>();
    for (int i = 0; i < options.tenants(); i++) {
      settings.add(CompanySettings.of(options, i));
    }
    return settings;
  }

  /** Simulates one day after another, and returns what has become known. */
  private static final class Days implements Iterator<TimedFact> {
    private final Agenda agenda = new Agenda();
    private final List<Company> companies = new ArrayList<>();
    private final long end;
    private long day;
    private Iterator<TimedFact> known = List.<TimedFact>of().iterator();

    Days(ScenarioOptions options) {
      for (int i = 0; i < options.tenants(); i++) {
        companies.add(new Company(options, i, agenda));
      }
      day = options.firstDay().toEpochDay();
      end = day + options.days();
    }

    @Override
    public boolean hasNext() {
      while (!known.hasNext()) {
        // A business day may begin on the UTC day before: what is known earlier is complete.
        List<TimedFact> facts = agenda.takeBefore(day < end ? day - 1 : Long.MAX_VALUE);
        if (facts != null) {
          known = facts.iterator();
        } else if (day < end) {
          live();
        } else {
          return false;
        }
      }
      return true;
    }

    private void live() {
      for (Company company : companies) {
        company.live(day);
      }
      day++;
    }

    @Override
    public TimedFact next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return known.next();
    }
  }
}
