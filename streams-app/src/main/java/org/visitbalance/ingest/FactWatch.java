package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.settings.Settings;
import org.visitbalance.text.Words;

/**
 * Watches the facts of a run for what makes a wrong balance look right: a source that ends early, a
 * missing file, patients that do not meet (files.md#messages).
 */
final class FactWatch implements FactSink, FactOutlet.Receiver {
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("M/d", Locale.US);
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("M/d h:mm a z", Locale.US);

  private static final ZoneId UTC = ZoneId.of("UTC");

  /** Fewer patients than this say nothing. */
  private static final int PATIENTS = 20;

  private static final int MOST_DAYS = 5;

  /** Of more files than this their invalid records are only counted together. */
  private static final int MOST_FILES = 10;

  private final FactSink sink;
  private final RunTime time;
  private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> dead = new ConcurrentSkipListMap<>();
  private final LongAdder facts = new LongAdder();
  private final LongAdder later = new LongAdder();

  FactWatch(FactSink sink, RunTime time) {
    this.sink = sink;
    this.time = time;
  }

  /** What is known of one side of a tenant. */
  private static final class Side {
    final Set<String> patients = ConcurrentHashMap.newKeySet();
    final Set<LocalDate> days = ConcurrentHashMap.newKeySet();

    /** The latest known time of what tables say. */
    final AtomicReference<@Nullable Instant> latest = new AtomicReference<>();

    volatile boolean hasFeed;

    /** Whether it has said anything, known by now or later. */
    volatile boolean hasSpoken;

    /** Writing it for each fact would make the threads wait for each other. */
    void speaks() {
      if (!hasSpoken) {
        hasSpoken = true;
      }
    }

    void told(Instant at) {
      Instant before = latest.get();
      while ((before == null || before.isBefore(at)) && !latest.compareAndSet(before, at)) {
        before = latest.get();
      }
    }
  }

  private static final class Tenant {
    final Side emr = new Side();
    final Side billing = new Side();
    volatile boolean hasPayers;

    Side of(FeedSource source) {
      return source == FeedSource.EMR ? emr : billing;
    }
  }

  @Override
  public Instant knownAt(Instant told) {
    return sink.knownAt(told);
  }

  @Override
  public void fact(SpecificRecord fact, Instant knownAt) {
    see(fact, knownAt);
    sink.fact(fact, knownAt);
  }

  @Override
  public Instant knownAt(Row row, Instant told) {
    return sink.knownAt(told);
  }

  /** Takes a fact of a table. */
  @Override
  public void fact(Row row, SpecificRecord fact, Instant knownAt, Instant told) {
    Side side = see(fact, knownAt);
    if (side != null && !told.isAfter(time.horizon())) {
      side.told(told);
    }
    sink.fact(fact, knownAt);
  }

  @Override
  public void deadLetter(DeadLetter letter) {
    dead.computeIfAbsent(letter.getSource(), source -> new LongAdder()).increment();
    sink.deadLetter(letter);
  }

  /** Returns how many facts there were. */
  long facts() {
    return facts.sum();
  }

  private @Nullable Side see(SpecificRecord fact, Instant knownAt) {
    facts.increment();
    boolean known = time.isKnown(knownAt);
    if (!known) {
      later.increment();
    }
    if (fact instanceof Visit visit) {
      Tenant tenant = tenant(visit.getTenant());
      Side side = tenant.emr;
      side.speaks();
      if (!tenant.hasPayers && visit.getPayerId() != null) {
        tenant.hasPayers = true;
      }
      if (known) {
        side.patients.add(visit.getPatientKey());
        if (visit.getStatus() == VisitStatus.FINALIZED) {
          side.days.add(visit.getFinalizedOn());
        }
      }
      return side;
    } else if (fact instanceof Charge charge) {
      Side side = tenant(charge.getTenant()).billing;
      side.speaks();
      if (known) {
        side.patients.add(charge.getPatientKey());
        side.days.add(charge.getCreatedOn());
      }
      return side;
    } else if (fact instanceof Feed feed) {
      Side side = tenant(feed.getTenant()).of(feed.getSource());
      side.hasFeed = true;
      side.speaks();
    } else {
      tenant(Facts.tenant(fact));
    }
    return null;
  }

  private Tenant tenant(String name) {
    Tenant tenant = tenants.get(name);
    return tenant == null ? tenants.computeIfAbsent(name, any -> new Tenant()) : tenant;
  }

  /** Returns the tenants of which no visit names a payer. */
  Set<String> tenantsWithoutPayers() {
    Set<String> names = new TreeSet<>();
    tenants.forEach(
        (name, tenant) -> {
          if (!tenant.hasPayers) {
            names.add(name);
          }
        });
    return names;
  }

  /**
   * Says which tenants have records and no settings, if there are settings that no record needs:
   * one of the names is probably wrong.
   */
  void tellSettings(Set<String> settings, Notices notices) {
    Set<String> without = new TreeSet<>(tenants.keySet());
    without.removeAll(settings);
    Set<String> unused = new TreeSet<>(settings);
    unused.removeAll(tenants.keySet());
    if (!without.isEmpty() && !unused.isEmpty()) {
      notices.add(
          Notices.About.TENANTS,
          "Of tenant "
              + String.join(", ", without)
              + " there are records but no settings, and of tenant "
              + String.join(", ", unused)
              + " settings but no records. Is one of the names wrong?");
    }
  }

  /** Gives the feeds that tables imply: each source is complete until the latest that it says. */
  void implyFeeds(Map<String, Settings> settings, Notices notices) {
    new TreeMap<>(tenants)
        .forEach(
            (name, tenant) -> {
              for (FeedSource source : List.of(FeedSource.EMR, FeedSource.BILLING)) {
                Instant until = tenant.of(source).latest.get();
                if (until != null && !tenant.of(source).hasFeed) {
                  imply(name, source, until, zone(settings, name), notices);
                }
              }
            });
  }

  private void imply(
      String tenant, FeedSource source, Instant until, ZoneId zone, Notices notices) {
    Feed feed =
        new Feed(tenant, "feed:" + source + "@" + Texts.instant(until), until, source, until);
    Feed normal = Facts.normalized(feed);
    sink.fact(normal, sink.knownAt(until));
    facts.increment();
    if (!time.isKnown(until)) {
      later.increment();
      return;
    }
    notices.add(
        Notices.About.FEEDS,
        of(tenant)
            + (source == FeedSource.EMR
                ? "EMR data ends "
                    + MINUTE.format(until.atZone(zone))
                    + ". Later charges are waiting for their visits, not unexpected."
                : "Billing data ends "
                    + MINUTE.format(until.atZone(zone))
                    + ". Later visits are waiting, not missing."));
  }

  /** Says what the facts as a whole give reason to doubt. */
  void tell(Notices notices) {
    new TreeMap<>(tenants)
        .forEach(
            (name, tenant) -> {
              tellPatients(name, tenant, notices);
              tellDays(name, "Billing has no charges", tenant.emr, tenant.billing, notices);
              tellDays(
                  name, "The EMR has no finalized visits", tenant.billing, tenant.emr, notices);
            });
    tellDead(notices);
    if (later.sum() > 0) {
      notices.add(Notices.About.LATER, Words.notKnownYet(later.sum()));
    }
  }

  private void tellDead(Notices notices) {
    long more = 0;
    int files = 0;
    for (Map.Entry<String, LongAdder> file : dead.entrySet()) {
      long rows = file.getValue().sum();
      if (++files > MOST_FILES) {
        more += rows;
        continue;
      }
      notices.add(
          Notices.About.ROWS,
          file.getKey()
              + ": "
              + Notices.count(rows, "row or line", "rows or lines")
              + " could not be used and "
              + (rows == 1 ? "is" : "are")
              + " not counted. See the list of invalid records, and correct the file or export it"
              + " again.");
    }
    if (more > 0) {
      notices.add(
          Notices.About.MORE_ROWS,
          Notices.count(more, "more row or line", "more rows or lines")
              + " in "
              + Notices.count(files - MOST_FILES, "more file", "more files")
              + " could not be used.");
    }
  }

  private void tellPatients(String name, Tenant tenant, Notices notices) {
    long both = tenant.emr.patients.stream().filter(tenant.billing.patients::contains).count();
    int emr = tenant.emr.patients.size();
    int billing = tenant.billing.patients.size();
    boolean isOneSystem = tenant.emr.hasSpoken != tenant.billing.hasSpoken;
    if (isOneSystem && emr + billing > 0 && !sink.isAll()) {
      notices.add(
          Notices.About.PATIENTS,
          of(name)
              + "Nothing of "
              + (tenant.emr.hasSpoken ? "billing" : "the EMR")
              + " was read. That is right if its files are sent by a run of their own.");
    } else if (emr >= PATIENTS && both * 2 < emr) {
      tellPatients(
          name,
          both,
          emr,
          "EMR patients occur in billing. Is "
              + (billing == 0 ? "the billing export" : "patients.csv"),
          notices);
    } else if (billing >= PATIENTS && both * 2 < billing) {
      tellPatients(
          name,
          both,
          billing,
          "billing patients occur in the EMR. Is " + (emr == 0 ? "the EMR export" : "patients.csv"),
          notices);
    } else if (emr > 0 && !tenant.billing.hasSpoken) {
      notices.add(
          Notices.About.PATIENTS,
          of(name) + "No charge of billing could be read. Is the billing export missing?");
    } else if (billing > 0 && !tenant.emr.hasSpoken) {
      notices.add(
          Notices.About.PATIENTS,
          of(name) + "No visit of the EMR could be read. Is the EMR export missing?");
    }
  }

  private void tellPatients(String name, long both, int all, String what, Notices notices) {
    notices.add(
        Notices.About.PATIENTS,
        String.format(Locale.ENGLISH, "%s%,d of %,d %s missing?", of(name), both, all, what));
  }

  private void tellDays(String name, String lacks, Side has, Side side, Notices notices) {
    if (side.days.isEmpty()) {
      return;
    }
    TreeSet<LocalDate> own = new TreeSet<>(side.days);
    List<String> missing = new ArrayList<>();
    for (LocalDate day : new TreeSet<>(has.days)) {
      if (day.isAfter(own.first()) && day.isBefore(own.last()) && !own.contains(day)) {
        missing.add(DAY.format(day));
      }
    }
    if (!missing.isEmpty()) {
      int more = missing.size() - MOST_DAYS;
      notices.add(
          Notices.About.DAYS,
          of(name)
              + lacks
              + " for "
              + String.join(", ", missing.subList(0, Math.min(MOST_DAYS, missing.size())))
              + (more > 0 ? " and " + Notices.count(more, "more day", "more days") : "")
              + ". Is a file missing?");
    }
  }

  private String of(String tenant) {
    return tenants.size() > 1 ? tenant + ": " : "";
  }

  private static ZoneId zone(Map<String, Settings> settings, String tenant) {
    Settings own = settings.get(tenant);
    return own == null || own.getZone() == null ? UTC : ZoneId.of(own.getZone());
  }
}
