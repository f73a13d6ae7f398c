package org.visitbalance.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.alerts.AlertFixtures.ALL;
import static org.visitbalance.alerts.AlertFixtures.CALM;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.visitbalance.cli.TestKey;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.embedded.EmbeddedCluster;
import org.visitbalance.fact.AcceptanceReason;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.DecisionAction;
import org.visitbalance.fold.Engines;
import org.visitbalance.naive.KnownFact;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.VisitIds;
import org.visitbalance.platform.Patience;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.scenario.TimedFact;
import org.visitbalance.service.BalancingService;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.service.TopicProvisioner;
import org.visitbalance.service.TopicReader;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.OutputTables;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * An installation that an older version of the program has run for days is updated to this one, on
 * the same topics and with the same state folder. Its twin lives the same days with this version
 * only.
 *
 * <p>{@code -Dvisitbalance.older.folder=DIR} runs it: there the older version is built, once, from
 * the commit {@code -Dvisitbalance.older.commit=C}.
 */
@Tag("slow")
@EnabledIfSystemProperty(named = "visitbalance.older.folder", matches = ".+")
@Timeout(3_600)
class UpgradeFromOlderVersionTest {
  private static final String COMMIT = System.getProperty("visitbalance.older.commit", "7333a2d");
  private static final long SEED = Long.getLong("visitbalance.seed", 1);
  private static final String ROUTE = "desk";
  private static final int PARTITIONS = 3;
  private static final int CLINICS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Hours after the company's history. */
  private static final int DECIDED = 24;

  private static final int STOPPED = 54;
  private static final int STARTED = 62;
  private static final int END = 96;

  @TempDir private Path folder;

  private final EmbeddedCluster cluster = EmbeddedCluster.temporary();
  private final Map<String, Object> clients = cluster.clients();
  private final TopologyOptions.Serdes serdes = ValueSerdes.of(clients)::forClass;

  /** What the company sends in each hour; first, its history. */
  private final List<List<KnownFact>> hours = new ArrayList<>();

  private List<Settings> settings;
  private Instant begins;

  /** What people decided in the hour {@link #DECIDED}, in both installations. */
  private final List<Decision> decisions = new ArrayList<>();

  private final List<Close> closes = new ArrayList<>();

  /** An installation, and what was told about it. */
  private final class Installation implements AutoCloseable {
    final String prefix;
    final Duration kept;
    final Receiver receiver = new Receiver();
    final AtomicReference<Instant> clock = new AtomicReference<>(Instant.EPOCH);
    final FactProducer producer;
    final Alerts alerts;
    final Map<Integer, Instant> settled = new ConcurrentHashMap<>();
    BalancingService service;

    Installation(String prefix, Duration kept) {
      this.prefix = prefix;
      this.kept = kept;
      TopicProvisioner.create(clients, prefix, PARTITIONS, Topic.Time.SIMULATION);
      producer = new FactProducer(clients, serdes, prefix, clock::get);
      alerts =
          Alerts.start(
              new Cluster(clients, serdes, prefix),
              ServiceProperties.applicationId(prefix),
              new Alerts.Plan(
                  new MessageFormatter(URI.create("https://balance.example.com"), kind -> kind),
                  CALM,
                  List.of(route(receiver.url())),
                  null),
              () -> begins.plus(Duration.ofDays(10)),
              new Random(1),
              (who, isWell, what) -> {});
    }

    /** Sends what becomes known in an hour. */
    void tell(int hour) {
      clock.set(at(hour));
      if (hour == 0) {
        clock.set(Instant.EPOCH);
        settings.forEach(producer::settings);
      }
      hours.get(hour).forEach(one -> producer.fact(one.fact(), one.knownAt()));
      if (hour == DECIDED) {
        decisions.forEach(one -> producer.fact(one, one.getOccurredAt()));
        closes.forEach(this::close);
      }
      producer.flush();
    }

    private void close(Close close) {
      String topic = prefix + Topics.CLOSES.name();
      try (KafkaProducer<byte[], byte[]> sender =
          new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer())) {
        byte[] key = Keys.ofPeriod(close.getBalance()).getBytes(StandardCharsets.UTF_8);
        var unused =
            sender.send(
                new ProducerRecord<>(
                    topic,
                    null,
                    close.getClosedAt().toEpochMilli(),
                    key,
                    serdes.of(Close.class).serializer().serialize(topic, close)));
      }
    }

    void tick(int hour) {
      producer.tick(at(hour), PARTITIONS);
      producer.flush();
    }

    /** The hours from one to before another, each with a tick that the service has worked off. */
    void live(int from, int until) {
      for (int hour = from; hour < until; hour++) {
        tell(hour);
        settle(hour);
      }
    }

    void settle(int hour) {
      settled.clear();
      Patience.await(
          "the service to judge",
          PATIENCE,
          () -> {
            service.check();
            tick(hour);
            return settled.size() == PARTITIONS && service.isBooked();
          });
    }

    void start(int presentFrom) {
      service =
          BalancingService.start(
              new TopologyOptions(
                  prefix,
                  serdes,
                  TestKey.VALUE,
                  PARTITIONS,
                  at(presentFrom),
                  kept,
                  false,
                  TopologyOptions.DATES_PER_TICK,
                  (partition, now, isSettled) -> {
                    if (isSettled) {
                      settled.put(partition, now);
                    }
                  }),
              clients,
              folder.resolve("state" + prefix),
              BalancingService.Problems.SILENT);
    }

    TopicReader reader() {
      return new TopicReader(clients, serdes, prefix);
    }

    OutputTables outputs() {
      return reader().outputs();
    }

    /** All that is told, when the route has read all there is. */
    List<String> told() {
      List<Topic<?>> topics = List.of(Topics.PERIOD_DISCREPANCIES, Topics.VISIT_DISCREPANCIES);
      awaitRead(prefix, topics, WebhookWorker.group(prefix, ROUTE)::equals);
      List<String> before = List.of("?");
      List<String> now = receiver.told();
      while (!now.equals(before)) {
        before = now;
        pause(2_000);
        now = receiver.told();
      }
      return now;
    }

    @Override
    public void close() {
      alerts.close();
      if (service != null) {
        service.close();
      }
      producer.close();
      receiver.close();
    }
  }

  /** One that a busy machine does not make give up. */
  private static AlertRoute route(URI url) {
    return new AlertRoute(
        ROUTE,
        new Destination.Webhook(
            url,
            List.of(AlertFixtures.SECRET),
            Duration.ofSeconds(30),
            1_000,
            Duration.ofMillis(20),
            Duration.ofMillis(100)),
        ALL);
  }

  private Instant at(int hour) {
    return begins.plus(Duration.ofHours(hour));
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void imagine() {
    LivingCompany company = new LivingCompany(LivingCompany.options(SEED, CLINICS));
    settings = company.settings();
    begins = company.begins();
    for (int hour = 0; hour <= END; hour++) {
      hours.add(
          company.until(at(hour)).stream()
              .map((TimedFact one) -> new KnownFact(one.fact(), one.knownAt()))
              .toList());
    }
  }

  /** Waits until an older version has read all that was sent. */
  private void awaitRead(String prefix) {
    List<Topic<?>> topics = new ArrayList<>(Topics.PATIENT_FACTS);
    topics.add(Topics.CLOCK);
    awaitRead(
        prefix,
        topics,
        group -> group.startsWith(prefix + "visit-balance-") && !group.contains("alerts"));
  }

  /** Waits until a group has read topics to their ends. */
  private void awaitRead(String prefix, List<Topic<?>> topics, Predicate<String> isIt) {
    try (Admin admin = Admin.create(clients)) {
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      for (Topic<?> topic : topics) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          latest.put(new TopicPartition(prefix + topic.name(), partition), OffsetSpec.latest());
        }
      }
      Patience.await(
          "everything to be read",
          PATIENCE,
          () -> {
            try {
              Map<TopicPartition, Long> unread = new HashMap<>();
              admin
                  .listOffsets(latest)
                  .all()
                  .get()
                  .forEach((place, end) -> unread.put(place, end.offset()));
              unread.values().removeIf(end -> end == 0);
              for (var group : admin.listGroups().all().get()) {
                if (isIt.test(group.groupId())) {
                  admin
                      .listConsumerGroupOffsets(group.groupId())
                      .partitionsToOffsetAndMetadata()
                      .get()
                      .forEach((place, offset) -> unread.remove(place, offset.offset()));
                }
              }
              return unread.isEmpty();
            } catch (InterruptedException | ExecutionException e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private void liveWithTheOlderVersion(Installation one) throws Exception {
    Path log = folder.resolve("older.log");
    Process older =
        OlderVersion.serve(
            OlderVersion.jar(Path.of(System.getProperty("visitbalance.older.folder")), COMMIT),
            TestKey.VALUE,
            log,
            "--bootstrap",
            cluster.bootstrapServers(),
            "--registry",
            cluster.registryUrl(),
            "--prefix",
            one.prefix,
            "--state",
            folder.resolve("state" + one.prefix).toString(),
            "--present-from",
            begins.toString(),
            "--retention",
            Long.toString(one.kept.toDays()));
    try {
      for (int hour = 0; hour < STOPPED; hour++) {
        if (hour == DECIDED) {
          pause(2_000);
          decide(one.outputs());
        }
        one.tell(hour);
        awaitRead(one.prefix);
        one.tick(hour);
        awaitRead(one.prefix);
      }
      pause(5_000);
    } finally {
      older.destroy();
      older.onExit().join();
    }
  }

  /** Of what is open, some is accepted and some is assigned; some days are closed. */
  private void decide(OutputTables outputs) {
    Map<String, VisitIds> ids = new HashMap<>();
    outputs.values(Topics.VISIT_IDS).forEach(one -> ids.put(one.getVisit(), one));
    List<Discrepancy> open =
        outputs.values(Topics.VISIT_DISCREPANCIES).stream()
            .filter(one -> one.getStatus() == DiscrepancyStatus.OPEN)
            .sorted(Comparator.comparing(Discrepancy::getId))
            .toList();
    Instant now = at(DECIDED);
    for (int i = 0; i < open.size(); i += 3) {
      boolean isAccepted = i % 2 == 0;
      Discrepancy found = open.get(i);
      VisitIds visit = ids.get(found.getVisit());
      decisions.add(
          Decision.newBuilder()
              .setTenant(found.getTenant())
              .setEventId("decision" + i)
              .setOccurredAt(now)
              .setPatientKey(visit.getPatientKey())
              .setVisit(visit.getName())
              .setKind(found.getKind())
              .setLocation(found.getLocation())
              .setDate(found.getDate())
              .setAction(isAccepted ? DecisionAction.ACCEPTED : DecisionAction.ASSIGNED)
              .setReason(isAccepted ? AcceptanceReason.WRITTEN_OFF : null)
              .setAssignee(isAccepted ? null : "anna")
              .setDecidedBy("anna")
              .build());
    }
    List<Balance> days =
        outputs.values(Topics.BALANCES).stream()
            .filter(one -> one.getGranularity() == Granularity.DAY)
            .sorted(Comparator.comparing(Keys::ofPeriod))
            .toList();
    for (int i = 0; i < days.size(); i += 2) {
      closes.add(new Close(1, now, "anna", days.get(i)));
    }
  }

  @ParameterizedTest(name = "{0} days are kept")
  @ValueSource(ints = {400, 12})
  void theUpdateTellsWhatTheSameHoursWithoutItTell(int days) throws Exception {
    imagine();
    Duration kept = Duration.ofDays(days);
    try (Installation updated = new Installation("updated.", kept);
        Installation twin = new Installation("twin.", kept)) {
      // Given an older version, which has run for days, and its twin
      liveWithTheOlderVersion(updated);
      OutputTables olderOutputs = updated.outputs();
      twin.start(0);
      twin.live(0, STOPPED);
      final List<String> updatedBefore = updated.told();
      final List<String> twinBefore = twin.told();

      // When it is updated, while facts go on
      for (int hour = STOPPED; hour < STARTED; hour++) {
        updated.tell(hour);
        twin.tell(hour);
      }
      updated.start(STARTED);
      updated.live(STARTED, END);
      twin.live(STARTED, END);

      List<String> updatedNow = updated.told();
      List<String> twinNow = twin.told();
      List<String> news = updatedNow.subList(updatedBefore.size(), updatedNow.size());
      Set<String> openings = openings(news);
      Set<String> twins =
          new TreeSet<>(openings(twinNow.subList(twinBefore.size(), twinNow.size())));
      OutputTables now = updated.outputs();
      OutputTables twinOutputs = twin.outputs();
      System.out.printf(
          "before: %d told, twin %d; since: %d told, twin %d; older outputs: %d open; now %d%n",
          updatedBefore.size(),
          twinBefore.size(),
          news.size(),
          twinNow.size() - twinBefore.size(),
          open(olderOutputs).size(),
          open(now).size());

      Set<String> odd = new TreeSet<>(minus(openings, twins));
      odd.addAll(minus(twins, openings));
      for (String id : odd) {
        System.out.println("== " + id);
        System.out.println(
            "  updated told " + about(id, updatedBefore) + " then " + about(id, news));
        System.out.println(
            "  twin told "
                + about(id, twinBefore)
                + " then "
                + about(id, twinNow.subList(twinBefore.size(), twinNow.size())));
        history(updated, id);
        history(twin, id);
      }

      // Then no opening is told that the twin does not tell
      assertThat(named(minus(openings, twins), now)).as("told only by the update").isEmpty();

      // And what the twin tells besides stands without having been told again
      Map<String, Discrepancy> standing = all(now);
      Set<String> untold = minus(twins, openings);
      untold.removeIf(
          id ->
              openings(updatedBefore).contains(id)
                  || (standing.get(id) != null
                      && Boolean.TRUE.equals(standing.get(id).getOpenedByRules())));
      assertThat(named(untold, twinOutputs)).as("told only by the twin").isEmpty();

      // And ends are only told of what was told
      Set<String> toldOpen = new HashSet<>();
      for (String told : updatedNow) {
        String id = told.substring(told.indexOf(' ') + 1);
        if (told.startsWith("opened ")) {
          assertThat(toldOpen.add(id)).as("opened twice: " + id).isTrue();
        } else if (told.startsWith("resolved ")) {
          assertThat(toldOpen.remove(id)).as("an end of what was not told: " + id).isTrue();
        }
      }

      // And nothing is there that the twin does not have
      assertThat(open(now).keySet())
          .as("open")
          .containsExactlyInAnyOrderElementsOf(open(twinOutputs).keySet());
      for (Topic<?> topic : Topics.OUTPUTS) {
        // A token keeps its meaning, also that of a visit that was there only for an hour.
        if (!topic.equals(Topics.DEAD_LETTERS) && !topic.equals(Topics.VISIT_IDS)) {
          assertSame(topic, now, twinOutputs, days);
        }
      }
      if (days == 400) {
        assertThat(lines(now)).isEqualTo(fold());
      }
    }
  }

  private void assertSame(Topic<?> topic, OutputTables now, OutputTables twin, int days) {
    if (days < 400 && topic.keeping() != Topic.Keeping.FACTS && isOfVisits(topic)) {
      return; // What stands about visits that have left is what the older version said.
    }
    assertThat(plain(now.values(topic)))
        .as(topic.name())
        .containsExactlyInAnyOrderElementsOf(plain(twin.values(topic)));
  }

  private static boolean isOfVisits(Topic<?> topic) {
    return !topic.equals(Topics.BALANCES) && !topic.equals(Topics.CAP_PROPOSALS);
  }

  private static List<SpecificRecord> plain(Collection<? extends SpecificRecord> values) {
    List<SpecificRecord> plain = new ArrayList<>();
    for (SpecificRecord value : values) {
      if (value instanceof Discrepancy found) {
        if (found.getStatus() == DiscrepancyStatus.OPEN) {
          plain.add(plain(found));
        }
      } else {
        plain.add(value);
      }
    }
    return plain;
  }

  private static Discrepancy plain(Discrepancy found) {
    return Discrepancy.newBuilder(found).setOpenedAt(null).setOpenedByRules(null).build();
  }

  private static Map<String, Discrepancy> all(OutputTables outputs) {
    Map<String, Discrepancy> all = new TreeMap<>();
    for (Topic<Discrepancy> topic :
        List.of(Topics.VISIT_DISCREPANCIES, Topics.PERIOD_DISCREPANCIES)) {
      outputs.values(topic).forEach(one -> all.put(one.getId(), one));
    }
    return all;
  }

  /** What is open and has not left. */
  private static Map<String, Discrepancy> open(OutputTables outputs) {
    Map<String, Discrepancy> open = all(outputs);
    open.values()
        .removeIf(one -> one.getStatus() == DiscrepancyStatus.RESOLVED || one.getLeftAt() != null);
    return open;
  }

  private static Set<String> openings(List<String> told) {
    Set<String> openings = new TreeSet<>();
    told.stream()
        .filter(one -> one.startsWith("opened "))
        .forEach(one -> openings.add(one.substring(7)));
    return openings;
  }

  private static List<String> about(String id, List<String> told) {
    return told.stream().filter(one -> one.endsWith(id)).toList();
  }

  private static void history(Installation one, String id) {
    one.reader()
        .readRecords(
            List.of(Topics.VISIT_DISCREPANCIES, Topics.PERIOD_DISCREPANCIES),
            (topic, record, value) -> {
              if (value instanceof Discrepancy found && found.getId().equals(id)) {
                System.out.println(
                    "  "
                        + one.prefix
                        + " "
                        + Instant.ofEpochMilli(record.timestamp())
                        + " "
                        + found.getKind()
                        + " "
                        + found.getLocation()
                        + " "
                        + found.getDate()
                        + " "
                        + found.getStatus()
                        + " "
                        + found.getDifference()
                        + " "
                        + found.getOpenedAt()
                        + " "
                        + found.getResolvedAt()
                        + " left "
                        + found.getLeftAt()
                        + " rules "
                        + found.getOpenedByRules());
              }
            });
  }

  private static Set<String> minus(Set<String> some, Set<String> others) {
    Set<String> rest = new TreeSet<>(some);
    rest.removeAll(others);
    return rest;
  }

  private static List<String> named(Set<String> ids, OutputTables outputs) {
    Map<String, Discrepancy> all = all(outputs);
    return ids.stream().map(id -> id + " " + all.get(id)).toList();
  }

  private Map<String, List<String>> fold() {
    List<KnownFact> facts = new ArrayList<>();
    hours.subList(0, END).forEach(facts::addAll);
    decisions.forEach(one -> facts.add(new KnownFact(one, one.getOccurredAt())));
    return Engines.fold(facts, settings, closes, at(END - 1), TestKey.VALUE);
  }

  private Map<String, List<String>> lines(OutputTables tables) {
    Map<String, TenantSettings> own = new HashMap<>();
    settings.forEach(one -> own.put(one.getTenant(), new TenantSettings(one)));
    // What marks an opening is on topics only.
    OutputTables plain = new OutputTables();
    for (Topic<?> topic : Topics.OUTPUTS) {
      int i = 0;
      for (SpecificRecord value : tables.values(topic)) {
        plain.put(topic, "key" + i++, value instanceof Discrepancy found ? plain(found) : value);
      }
    }
    return Engines.lines(
        plain.outputs(
            at(END - 1), tenant -> own.computeIfAbsent(tenant, TenantSettings::defaults)));
  }
}
