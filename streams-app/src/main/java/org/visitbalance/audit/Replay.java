package org.visitbalance.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Closes;
import org.visitbalance.core.Engine;
import org.visitbalance.core.Facts;
import org.visitbalance.core.Registers;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Visit;
import org.visitbalance.fold.Fold;
import org.visitbalance.fold.Horizon;
import org.visitbalance.fold.Judging;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.platform.serde.NotYetDecodableException;
import org.visitbalance.platform.serde.SchemaPatience;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Keys;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Evaluates a tenant's facts on the log, partition by partition; only the partitions being read and
 * the reported results are in memory. Each record is checked the way the live service checks it.
 */
public final class Replay {
  private static final Set<String> NO_FACTS = Set.of(Topics.SETTINGS.name(), Topics.CLOSES.name());

  private final InputLog log;
  private final TopologyOptions.Serdes serdes;
  private final String tokenKey;
  private final Question question;
  private volatile boolean namesPayers;
  private final LongAdder taken = new LongAdder();
  private final LongAccumulator newest = new LongAccumulator(Math::max, Long.MIN_VALUE);
  private final SortedMap<String, SortedMap<Integer, Tally>> tallies = new TreeMap<>();
  private final LongAdder standing = new LongAdder();
  private final LongAdder superseded = new LongAdder();
  private final List<FactEvent> events = Collections.synchronizedList(new ArrayList<>());

  /** Creates a replay that has not run yet. */
  public Replay(InputLog log, TopologyOptions.Serdes serdes, String tokenKey, Question question) {
    this.log = log;
    this.serdes = serdes;
    this.tokenKey = tokenKey;
    this.question = question;
  }

  /** Returns the number of records read so far, by all threads. */
  public long taken() {
    return taken.sum();
  }

  /** Returns when the last record of the tenant was appended; the beginning of time without any. */
  Instant newest() {
    return Instant.ofEpochMilli(Math.max(0, newest.get()));
  }

  /** Returns the tenant, if none of its visits names a payer. */
  Set<String> tenantsWithoutPayers() {
    return namesPayers ? Set.of() : Set.of(question.tenant());
  }

  /** A settings document on the log. */
  private record Document(Instant knownAt, int partition, long offset, Settings settings) {}

  /** A value on the log, and since when it is known. */
  private record Known<T>(T value, Instant knownAt) {}

  /**
   * Answers the question.
   *
   * @return the answer for each of its moments
   */
  public List<Answer> run(int threads) {
    return run(threads, partition -> question.moments(), same(question.moments()), true, null);
  }

  /** Returns the settings to evaluate with at each moment; null: those in force. */
  private List<Optional<Settings>> same(List<?> moments) {
    return Collections.nCopies(moments.size(), Optional.ofNullable(question.whatIf()));
  }

  /**
   * Answers for one moment twice: with the settings in force, and with those of the question.
   *
   * @param byKnownTime whether only what was known by the moment counts; if not, all records count,
   *     as in the live service
   */
  Both both(int threads, Instant moment, boolean byKnownTime) {
    List<Instant> moments = List.of(moment, moment);
    List<Optional<Settings>> settings =
        List.of(Optional.empty(), Optional.ofNullable(question.whatIf()));
    List<Answer> answers = run(threads, partition -> moments, settings, byKnownTime, null);
    return new Both(answers.get(0), answers.get(1));
  }

  /** The answers with the settings in force and with others. */
  record Both(Answer before, Answer after) {}

  /**
   * Answers for one moment, given a time for each partition by which everything in it is known.
   *
   * @param horizon is told what has left by then, as in the live service
   */
  Answer at(int threads, IntFunction<Instant> times, Horizon horizon) {
    return run(
            threads,
            partition -> List.of(times.apply(partition)),
            same(List.of(horizon)),
            false,
            horizon)
        .get(0);
  }

  private List<Answer> run(
      int threads,
      IntFunction<List<Instant>> moments,
      List<Optional<Settings>> settings,
      boolean byKnownTime,
      @Nullable Horizon horizon) {
    List<Document> documents = documents();
    List<Known<Feed>> feeds = feeds(byKnownTime);
    List<Known<Close>> closes = closes(byKnownTime);
    List<Course> courses = new ArrayList<>();
    for (Instant moment : moments.apply(0)) {
      Settings whatIf = settings.get(courses.size()).orElse(null);
      courses.add(new Course(documents, moment, byKnownTime, whatIf));
    }
    Workers.run(
        threads,
        log.partitions(),
        partition -> {
          Reading<SpecificRecord> reading = new Reading<>(Replay::fact, Facts::tenant);
          PatientGroups<List<Fold>> groups =
              new PatientGroups<>(
                  () -> folds(courses, moments.apply(partition), horizon),
                  (folds, records) -> take(reading, records, folds, byKnownTime));
          if (horizon == null) {
            log.readFacts(partition, groups::add);
          } else {
            log.readFactsInOrder(partition, groups::add);
          }
          groups.finish(folds -> judge(folds, courses, feeds));
        });
    countFeeds(feeds, courses.get(courses.size() - 1).moment);
    return courses.stream().map(course -> course.answer(feeds, closes)).toList();
  }

  /** The state needed to answer for one moment. */
  private final class Course {
    final Instant moment;
    final Map<String, Settings> settings;
    final Judging judging;
    private final @Nullable Document stood;

    Course(
        List<Document> documents, Instant moment, boolean byKnownTime, @Nullable Settings whatIf) {
      this.moment = moment;
      this.stood = whatIf == null ? standing(documents, byKnownTime ? moment : Instant.MAX) : null;
      Settings own = stood == null ? whatIf : stood.settings();
      this.settings = own == null ? Map.of() : Map.of(question.tenant(), own);
      TenantSettings worked =
          own == null ? TenantSettings.defaults(question.tenant()) : new TenantSettings(own);
      this.judging = new Judging(tenant -> worked, tokenKey, question.scope());
    }

    Answer answer(List<Known<Feed>> feeds, List<Known<Close>> closes) {
      List<Close> known = known(closes, moment);
      return new Answer(
          moment,
          judging.outputs(standing(known)),
          settings,
          stood == null ? null : stood.partition(),
          stood == null ? null : stood.offset(),
          standingFeeds(feeds, moment),
          known);
    }
  }

  @FunctionalInterface
  private interface Decoding<T> {
    T of(FactDecoder decoder, ConsumerRecord<byte[], byte[]> record) throws FactDecoder.NoFact;
  }

  @FunctionalInterface
  private interface Taker<T> {
    void take(T value, Instant knownAt);
  }

  /** Reads and counts records on one thread. */
  private final class Reading<T> {
    private final FactDecoder decoder =
        new FactDecoder(log.prefix(), log.partitions(), serdes, InputLog.TOPICS);
    private final Decoding<T> decoding;
    private final Function<T, String> tenant;

    /** Records of a partition arrive together. */
    private String topic = "";

    private int partition = -1;
    private Tally tally = new Tally();

    /** Records whose schema the registry does not know yet. */
    private final List<ConsumerRecord<byte[], byte[]>> later = new ArrayList<>();

    Reading(Decoding<T> decoding, Function<T, String> tenant) {
      this.decoding = decoding;
      this.tenant = tenant;
    }

    /** Counts a record, and passes its value on if it belongs to the tenant. */
    void take(ConsumerRecord<byte[], byte[]> record, Taker<T> taker) {
      taken.increment();
      if (record.partition() != partition || !record.topic().equals(topic)) {
        topic = record.topic();
        partition = record.partition();
        tally = tally(decoder.topic(topic), partition);
      }
      tally.read(record.value());
      try {
        takeNow(record, taker);
      } catch (NotYetDecodableException e) {
        if (!e.isUnknown()) {
          throw e;
        }
        later.add(record);
      }
    }

    /** Waits for missing schemas until they are known or the registry's patience is over. */
    void finish(Taker<T> taker) {
      for (ConsumerRecord<byte[], byte[]> record : later) {
        tally = tally(decoder.topic(record.topic()), record.partition());
        topic = record.topic();
        partition = record.partition();
        Boolean unused =
            SchemaPatience.await(
                () -> {
                  takeNow(record, taker);
                  return true;
                });
      }
      later.clear();
    }

    private void takeNow(ConsumerRecord<byte[], byte[]> record, Taker<T> taker) {
      try {
        T value = decoding.of(decoder, record);
        if (!tenant.apply(value).equals(question.tenant())) {
          tally.ofOthers++;
          return;
        }
        Instant knownAt = Instant.ofEpochMilli(record.timestamp());
        tally.valid++;
        newest.accumulate(record.timestamp());
        if (!question.moments().isEmpty()
            && knownAt.isAfter(question.moments().get(question.moments().size() - 1))) {
          tally.notYetKnown++;
        }
        taker.take(value, knownAt);
      } catch (FactDecoder.NoFact e) {
        tally.dead(e.letter(topic, partition, record.offset()), question.tenant());
      }
    }
  }

  private static SpecificRecord fact(FactDecoder decoder, ConsumerRecord<byte[], byte[]> record)
      throws FactDecoder.NoFact {
    return decoder.fact(
        record.topic(),
        record.partition(),
        record.key(),
        record.value(),
        Instant.ofEpochMilli(record.timestamp()));
  }

  private List<Fold> folds(List<Course> courses, List<Instant> moments, @Nullable Horizon horizon) {
    List<Fold> folds = new ArrayList<>();
    for (int i = 0; i < courses.size(); i++) {
      folds.add(new Fold(courses.get(i).settings, moments.get(i), tokenKey, 1, horizon));
    }
    return folds;
  }

  private void judge(List<Fold> folds, List<Course> courses, List<Known<Feed>> feeds) {
    for (int i = 0; i < folds.size(); i++) {
      Fold fold = folds.get(i);
      feeds.forEach(one -> fold.add(one.value(), one.knownAt()));
      fold.judgeInto(courses.get(i).judging);
    }
    Engine.Counts counts = folds.get(folds.size() - 1).countsOfPatients();
    standing.add(counts.standing());
    superseded.add(counts.superseded());
  }

  private void take(
      Reading<SpecificRecord> reading,
      List<ConsumerRecord<byte[], byte[]>> records,
      List<Fold> folds,
      boolean byKnownTime) {
    boolean compares = question.moments().size() > 1;
    Instant first = compares ? question.moments().get(0) : Instant.MAX;
    Instant last = compares ? question.moments().get(1) : Instant.MIN;
    Taker<SpecificRecord> taker =
        (fact, knownAt) -> {
          for (Fold fold : folds) {
            if (byKnownTime) {
              fold.add(fact, knownAt);
            } else {
              fold.addKnown(fact, knownAt);
            }
          }
          if (!namesPayers && fact instanceof Visit visit) {
            namesPayers = visit.getPayerId() != null;
          }
          if (knownAt.isAfter(first) && !knownAt.isAfter(last)) {
            events.add(FactEvent.of(fact, knownAt));
          }
        };
    records.forEach(record -> reading.take(record, taker));
    reading.finish(taker);
  }

  private Tally tally(Topic<?> topic, int partition) {
    synchronized (tallies) {
      return tallies
          .computeIfAbsent(topic.name(), any -> new TreeMap<>())
          .computeIfAbsent(partition, any -> new Tally());
    }
  }

  /** Returns all values of a topic. */
  private <T> List<Known<T>> all(Topic<?> topic, Reading<T> reading, boolean byKnownTime) {
    List<Known<T>> all = new ArrayList<>();
    Taker<T> taker =
        (value, knownAt) -> all.add(new Known<>(value, byKnownTime ? knownAt : Instant.MIN));
    log.readAll(topic, record -> reading.take(record, taker));
    reading.finish(taker);
    return all;
  }

  private List<Known<Feed>> feeds(boolean byKnownTime) {
    return all(
        Topics.FEEDS,
        new Reading<>((decoder, record) -> (Feed) fact(decoder, record), Feed::getTenant),
        byKnownTime);
  }

  private List<Known<Close>> closes(boolean byKnownTime) {
    return all(
        Topics.CLOSES,
        new Reading<>(
            (decoder, record) -> decoder.close(record.topic(), record.key(), record.value()),
            close -> close.getBalance().getTenant()),
        byKnownTime);
  }

  private List<Document> documents() {
    List<Document> documents = new ArrayList<>();
    Reading<Document> reading =
        new Reading<>(Replay::document, document -> document.settings().getTenant());
    Taker<Document> taker = (document, knownAt) -> documents.add(document);
    log.readAll(Topics.SETTINGS, record -> reading.take(record, taker));
    reading.finish(taker);
    documents.sort(
        Comparator.comparing(Document::knownAt)
            .thenComparing(Document::offset)
            .thenComparing(Document::partition));
    return documents;
  }

  private static Document document(FactDecoder decoder, ConsumerRecord<byte[], byte[]> record)
      throws FactDecoder.NoFact {
    return new Document(
        Instant.ofEpochMilli(record.timestamp()),
        record.partition(),
        record.offset(),
        decoder.settings(record.topic(), record.key(), record.value()));
  }

  /** Returns the closes known by then of the reported periods; those of one period are in order. */
  private List<Close> known(List<Known<Close>> closes, Instant moment) {
    return closes.stream()
        .filter(one -> !one.knownAt().isAfter(moment))
        .map(Known::value)
        .filter(one -> question.scope().holds(one.getBalance()))
        .toList();
  }

  private static Collection<Close> standing(List<Close> closes) {
    Map<String, Close> standing = new TreeMap<>();
    closes.forEach(one -> standing.merge(Keys.ofPeriod(one.getBalance()), one, Closes::standing));
    return standing.values();
  }

  /** Returns the document in force: the last one that was known at a moment. */
  private static @Nullable Document standing(List<Document> documents, Instant moment) {
    Document stands = null;
    for (Document document : documents) {
      if (!document.knownAt().isAfter(moment)) {
        stands = document;
      }
    }
    return stands;
  }

  private static List<Feed> standingFeeds(List<Known<Feed>> feeds, Instant moment) {
    Map<FeedSource, Feed> standing = new EnumMap<>(FeedSource.class);
    for (Known<Feed> one : feeds) {
      if (!one.knownAt().isAfter(moment)) {
        standing.merge(one.value().getSource(), one.value(), Registers::standing);
      }
    }
    return List.copyOf(standing.values());
  }

  private void countFeeds(List<Known<Feed>> feeds, Instant moment) {
    long known = feeds.stream().filter(one -> !one.knownAt().isAfter(moment)).count();
    int stand = standingFeeds(feeds, moment).size();
    standing.add(stand);
    superseded.add(known - stand);
  }

  /** Returns the counts of the records by topic and partition. */
  SortedMap<String, SortedMap<Integer, Tally>> tallies() {
    return tallies;
  }

  /** Returns the number of entities with a fact in force, as of the last moment. */
  public long standing() {
    return standing.sum();
  }

  /** Returns the number of facts replaced by another one of their entity, including repeats. */
  public long superseded() {
    return superseded.sum();
  }

  /** Returns the dead letters of the tenant, and those whose tenant could not be read. */
  public List<DeadLetter> deadLetters() {
    List<DeadLetter> letters = new ArrayList<>();
    tallies.values().forEach(all -> all.values().forEach(one -> letters.addAll(one.letters())));
    return letters;
  }

  /**
   * The counts of the tenant's records on all fact topics, without settings and closes.
   *
   * @param read valid facts and dead letters
   */
  public record Counts(long read, long deadLettered, long notYetKnown) {
    /** Returns the number of valid facts. A dead letter may belong to any tenant. */
    public long facts() {
      return read - deadLettered;
    }
  }

  /** Returns the counts so far. */
  public Counts counts() {
    long read = 0;
    long deadLettered = 0;
    long notYetKnown = 0;
    for (Map.Entry<String, SortedMap<Integer, Tally>> topic : tallies.entrySet()) {
      if (!NO_FACTS.contains(topic.getKey())) {
        for (Tally one : topic.getValue().values()) {
          read += one.read - one.ofOthers;
          deadLettered += one.deadLettered;
          notYetKnown += one.notYetKnown;
        }
      }
    }
    return new Counts(read, deadLettered, notYetKnown);
  }

  /** Returns what changed between two answers of this replay. */
  public AuditComparison changes(Answer before, Answer after) {
    return new AuditComparison(before, after, List.copyOf(events));
  }
}
