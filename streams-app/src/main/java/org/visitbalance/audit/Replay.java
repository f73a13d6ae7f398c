package org.visitbalance.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Engine;
import org.visitbalance.core.Facts;
import org.visitbalance.core.Registers;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fold.Fold;
import org.visitbalance.fold.Judging;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.FactDecoder;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;
import org.visitbalance.topology.TopologyOptions;

/**
 * Folds a tenant's facts on the log, partition by partition: what is in memory is the partitions at
 * work, and what is to be told. Each record is checked as the live service checks it.
 */
public final class Replay {
  private final InputLog log;
  private final TopologyOptions.Serdes serdes;
  private final String tokenKey;
  private final Question question;
  private final LongAdder taken = new LongAdder();
  private final SortedMap<String, SortedMap<Integer, Tally>> tallies = new TreeMap<>();
  private final LongAdder standing = new LongAdder();
  private final LongAdder superseded = new LongAdder();
  private final List<Happening> happenings = Collections.synchronizedList(new ArrayList<>());

  /** A replay that was not run yet. */
  public Replay(InputLog log, TopologyOptions.Serdes serdes, String tokenKey, Question question) {
    this.log = log;
    this.serdes = serdes;
    this.tokenKey = tokenKey;
    this.question = question;
  }

  /** Records read so far, by all threads. */
  public long taken() {
    return taken.sum();
  }

  /** A settings document on the log. */
  private record Document(Instant knownAt, int partition, long offset, Settings settings) {}

  /** Answers the question, with the result for each of its moments. */
  public List<Answer> run(int threads) {
    return run(threads, partition -> question.moments(), true);
  }

  /** The same where each partition has a time of its own, by which all that lies there is known. */
  Answer at(int threads, IntFunction<Instant> times) {
    return run(threads, partition -> List.of(times.apply(partition)), false).get(0);
  }

  private List<Answer> run(int threads, IntFunction<List<Instant>> moments, boolean byKnownTime) {
    List<Document> documents = documents();
    List<Feed> feeds = new ArrayList<>();
    List<Instant> feedsKnownAt = new ArrayList<>();
    log.readAll(
        Topics.FEEDS,
        record ->
            take(
                record,
                Topics.FEEDS,
                decoder -> decode(decoder, record),
                (fact, knownAt) -> {
                  feeds.add((Feed) fact);
                  feedsKnownAt.add(byKnownTime ? knownAt : Instant.MIN);
                }));
    int answers = moments.apply(0).size();
    List<Map<String, Settings>> settings = new ArrayList<>();
    List<@Nullable Document> stood = new ArrayList<>();
    List<Judging> judgings = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      Document document =
          question.whatIf() != null
              ? null
              : standing(documents, byKnownTime ? moments.apply(0).get(i) : Instant.MAX);
      Settings own = document == null ? question.whatIf() : document.settings();
      stood.add(document);
      settings.add(own == null ? Map.of() : Map.of(question.tenant(), own));
      TenantSettings worked =
          own == null ? TenantSettings.defaults(question.tenant()) : new TenantSettings(own);
      judgings.add(new Judging(tenant -> worked, tokenKey, question.scope()));
    }
    IntConsumer work =
        partition -> {
          List<Fold> folds = new ArrayList<>();
          for (int i = 0; i < answers; i++) {
            folds.add(new Fold(settings.get(i), moments.apply(partition).get(i), tokenKey, 1));
          }
          fold(partition, folds, byKnownTime);
          count(folds.get(answers - 1).counts());
          for (int i = 0; i < answers; i++) {
            for (int j = 0; j < feeds.size(); j++) {
              folds.get(i).add(feeds.get(j), feedsKnownAt.get(j));
            }
            folds.get(i).judgeInto(judgings.get(i));
          }
        };
    Workers.run(threads, log.partitions(), work);
    countFeeds(feeds, feedsKnownAt, moments.apply(0).get(answers - 1));
    List<Answer> told = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      Document document = stood.get(i);
      told.add(
          new Answer(
              moments.apply(0).get(i),
              judgings.get(i).outputs(),
              settings.get(i),
              document == null ? null : document.partition(),
              document == null ? null : document.offset(),
              feeds(feeds, feedsKnownAt, moments.apply(0).get(i))));
    }
    return told;
  }

  @FunctionalInterface
  private interface Decoding {
    @Nullable SpecificRecord by(FactDecoder decoder) throws FactDecoder.NoFact;
  }

  @FunctionalInterface
  private interface Taker {
    void take(SpecificRecord fact, Instant knownAt);
  }

  private final ThreadLocal<FactDecoder> decoders = ThreadLocal.withInitial(this::decoder);

  private FactDecoder decoder() {
    return new FactDecoder(log.prefix(), log.partitions(), serdes, InputLog.TOPICS);
  }

  private static SpecificRecord decode(FactDecoder decoder, ConsumerRecord<byte[], byte[]> record)
      throws FactDecoder.NoFact {
    return decoder.fact(record.topic(), record.partition(), record.key(), record.value());
  }

  private void fold(int partition, List<Fold> folds, boolean byKnownTime) {
    Instant first = question.moments().isEmpty() ? Instant.MAX : question.moments().get(0);
    boolean compares = folds.size() > 1;
    Instant last = compares ? question.moments().get(1) : Instant.MIN;
    log.readFacts(
        partition,
        record ->
            take(
                record,
                decoders.get().topic(record.topic()),
                decoder -> decode(decoder, record),
                (fact, knownAt) -> {
                  folds.forEach(fold -> fold.add(fact, byKnownTime ? knownAt : Instant.MIN));
                  if (compares && knownAt.isAfter(first) && !knownAt.isAfter(last)) {
                    happenings.add(Happening.of(fact, knownAt));
                  }
                }));
  }

  /** Counts a record, and hands it on if it is a fact of the tenant. */
  private void take(
      ConsumerRecord<byte[], byte[]> record, Topic<?> topic, Decoding decoding, Taker taker) {
    taken.increment();
    Tally tally = tally(topic, record.partition());
    tally.read(record.value());
    try {
      SpecificRecord fact = decoding.by(decoders.get());
      if (fact == null || !Facts.tenant(fact).equals(question.tenant())) {
        tally.ofOthers++;
        return;
      }
      Instant knownAt = Instant.ofEpochMilli(record.timestamp());
      tally.valid++;
      if (!question.moments().isEmpty()
          && knownAt.isAfter(question.moments().get(question.moments().size() - 1))) {
        tally.notYetKnown++;
      }
      taker.take(fact, knownAt);
    } catch (FactDecoder.NoFact e) {
      tally.dead(e.letter(record.topic(), record.partition(), record.offset()), question.tenant());
    }
  }

  private Tally tally(Topic<?> topic, int partition) {
    synchronized (tallies) {
      return tallies
          .computeIfAbsent(topic.name(), any -> new TreeMap<>())
          .computeIfAbsent(partition, any -> new Tally());
    }
  }

  private List<Document> documents() {
    List<Document> documents = new ArrayList<>();
    log.readAll(
        Topics.SETTINGS,
        record -> {
          taken.increment();
          Tally tally = tally(Topics.SETTINGS, record.partition());
          tally.read(record.value());
          try {
            Settings document =
                decoders
                    .get()
                    .settings(record.topic(), record.partition(), record.key(), record.value());
            if (document.getTenant().equals(question.tenant())) {
              tally.valid++;
              documents.add(
                  new Document(
                      Instant.ofEpochMilli(record.timestamp()),
                      record.partition(),
                      record.offset(),
                      document));
            } else {
              tally.ofOthers++;
            }
          } catch (FactDecoder.NoFact e) {
            tally.dead(
                e.letter(record.topic(), record.partition(), record.offset()), question.tenant());
          }
        });
    return documents;
  }

  /**
   * The tenant's documents lie in one partition, in their order; the last that was known stands.
   */
  private static @Nullable Document standing(List<Document> documents, Instant moment) {
    Document stands = null;
    for (Document document : documents) {
      if (!document.knownAt().isAfter(moment)) {
        stands = document;
      }
    }
    return stands;
  }

  private void count(Engine.Counts counts) {
    standing.add(counts.standing());
    superseded.add(counts.superseded());
  }

  private static List<Feed> feeds(List<Feed> feeds, List<Instant> knownAt, Instant moment) {
    Map<FeedSource, Feed> standing = new EnumMap<>(FeedSource.class);
    for (int i = 0; i < feeds.size(); i++) {
      if (!knownAt.get(i).isAfter(moment)) {
        standing.merge(feeds.get(i).getSource(), feeds.get(i), Registers::standing);
      }
    }
    return List.copyOf(standing.values());
  }

  private void countFeeds(List<Feed> feeds, List<Instant> knownAt, Instant moment) {
    long known = knownAt.stream().filter(at -> !at.isAfter(moment)).count();
    int stand = feeds(feeds, knownAt, moment).size();
    standing.add(stand);
    superseded.add(known - stand);
  }

  /** What became of the records, by topic and partition. */
  SortedMap<String, SortedMap<Integer, Tally>> tallies() {
    return tallies;
  }

  /** Entities of which a fact stands, as of the last moment. */
  public long standing() {
    return standing.sum();
  }

  /** Facts that another one of their entity replaced, repeats included. */
  public long superseded() {
    return superseded.sum();
  }

  /** The dead letters of the tenant, and of those whose tenant could not be read. */
  public List<DeadLetter> deadLetters() {
    List<DeadLetter> letters = new ArrayList<>();
    tallies.values().forEach(all -> all.values().forEach(one -> letters.addAll(one.letters)));
    return letters;
  }

  /**
   * What became of the tenant's records on all topics of facts; settings are none.
   *
   * @param read valid facts and dead letters
   */
  public record Counts(long read, long deadLettered, long notYetKnown) {}

  /** The same, so far. */
  public Counts counts() {
    long read = 0;
    long deadLettered = 0;
    long notYetKnown = 0;
    for (Map.Entry<String, SortedMap<Integer, Tally>> topic : tallies.entrySet()) {
      if (!topic.getKey().equals(Topics.SETTINGS.name())) {
        for (Tally one : topic.getValue().values()) {
          read += one.read - one.ofOthers;
          deadLettered += one.deadLettered;
          notYetKnown += one.notYetKnown;
        }
      }
    }
    return new Counts(read, deadLettered, notYetKnown);
  }

  /** What changed between two answers of this replay. */
  public Changes changes(Answer before, Answer after) {
    return new Changes(before, after, List.copyOf(happenings));
  }
}
