package org.visitbalance.cli.serve;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Decision;
import org.visitbalance.ingest.FactLines;
import org.visitbalance.ingest.FactSink;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SettingsFiles;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.Annotation;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.FileDoor;
import org.visitbalance.service.FactProducer;
import org.visitbalance.service.LetterFilter;
import org.visitbalance.service.LetterRetry;
import org.visitbalance.service.LetterSearch;
import org.visitbalance.service.RetryReport;
import org.visitbalance.service.SendBatch;
import org.visitbalance.settings.MappingDocument;
import org.visitbalance.settings.Settings;
import org.visitbalance.topology.Topics;

/** Writes what the API receives to the topics, after reading and checking it the way files are. */
final class KafkaCommandPort implements CommandPort {
  /** The most records sent again per request, so that the response takes only seconds. */
  private static final long MOST_RETRIED = 10_000;

  private final FactProducer producer;
  private final InstantSource time;
  private final LetterRetry letters;
  private final LetterSearch search;
  private final @Nullable FileDoor files;

  /**
   * Uses a producer that waits for all replicas; the caller closes it.
   *
   * @param letters sends dead letters again
   * @param search finds dead letters by an id in their records
   * @param files takes the files that people send; null: nothing does
   * @param time when facts become known
   */
  KafkaCommandPort(
      FactProducer producer,
      LetterRetry letters,
      LetterSearch search,
      @Nullable FileDoor files,
      InstantSource time) {
    this.producer = producer;
    this.letters = letters;
    this.search = search;
    this.files = files;
    this.time = time;
  }

  @Override
  public @Nullable FileDoor files() {
    return files;
  }

  @Override
  public Taken facts(byte[] lines, Predicate<String> mayWrite) {
    SendBatch batch = producer.batch();
    List<Rejected> rejected = new ArrayList<>();
    long[] accepted = {0};
    long[] line = {0};
    FactSink sink =
        new FactSink() {
          @Override
          public void fact(SpecificRecord fact, Instant knownAt) {
            if (fact instanceof Decision) {
              rejected.add(
                  new Rejected(line[0], "fact", "is a decision; send it to /api/v1/decisions"));
            } else if (mayWrite.test(Facts.tenant(fact))) {
              batch.send(fact);
              accepted[0]++;
            } else {
              rejected.add(
                  new Rejected(line[0], "tenant", "is not one that this request may write for"));
            }
          }

          @Override
          public Instant knownAt(Instant told) {
            return time.instant();
          }

          @Override
          public void deadLetter(DeadLetter letter) {
            rejected.add(new Rejected(letter.getPosition(), letter.getField(), letter.getReason()));
          }
        };
    send(
        () -> {
          FactLines.read("request", lines, number -> line[0] = number, sink);
          batch.await();
        });
    return new Taken(accepted[0], rejected);
  }

  @Override
  public Document document(String text, String tenant) {
    List<String> warnings = new ArrayList<>();
    try {
      Settings settings = SettingsFiles.read("settings", text, tenant, warnings::add);
      return new Document(settings, warnings);
    } catch (InputException e) {
      throw new Unusable(
          String.valueOf(e.getMessage()),
          e.values().stream().map(one -> new Wrong(one.field(), one.problem())).toList(),
          e);
    }
  }

  /** Logs the user first: nothing is replaced without a record of who did it. */
  @Override
  public long replace(Settings settings, AccessEntry entry) {
    return replaceBy(settings, entry);
  }

  @Override
  public String mapping(String text, String tenant) {
    try {
      return TenantMapping.document("mapping", text, tenant);
    } catch (InputException e) {
      throw new Unusable(
          String.valueOf(e.getMessage()),
          e.values().stream().map(one -> new Wrong(one.field(), one.problem())).toList(),
          e);
    }
  }

  @Override
  public long replace(MappingDocument mapping, AccessEntry entry) {
    return replaceBy(mapping, entry);
  }

  private long replaceBy(SpecificRecord document, AccessEntry entry) {
    put(entry);
    Map<String, @Nullable String> headers = new HashMap<>();
    headers.put(Topics.WHO, entry.getWho());
    headers.put(Topics.WHY, entry.getNote());
    long[] offset = {-1};
    send(
        () -> {
          SendBatch batch = producer.batch();
          batch.send(document, headers);
          offset[0] = batch.awaitOffset();
        });
    return offset[0] + 1;
  }

  /** Here, too, the user is logged first. */
  @Override
  public void decide(List<Decision> decisions, List<AccessEntry> entries) {
    put(entries);
    put(decisions);
  }

  @Override
  public void close(Close close, @Nullable AccessEntry entry) {
    if (entry != null) {
      put(entry);
    }
    put(close);
  }

  @Override
  public void annotate(Annotation annotation, AccessEntry entry) {
    put(entry);
    put(annotation);
  }

  @Override
  public Retried look(Retry retry) {
    return answered(
        () -> letters.look(wanted(retry, "")),
        "some topics could not be read; send the same request again in a moment");
  }

  @Override
  public Retried retry(Retry retry, AccessEntry entry) {
    put(entry);
    return answered(
        () -> letters.run(wanted(retry, entry.getWho())),
        "not all records were sent again; send the same request again in a moment: nothing is sent twice");
  }

  private static LetterRetry.Wanted wanted(Retry retry, String by) {
    LetterFilter filter =
        new LetterFilter(
            retry.tenant(), retry.source(), retry.reason(), retry.since(), retry.until());
    return new LetterRetry.Wanted(filter, retry.repartition(), MOST_RETRIED, by);
  }

  private static Retried answered(Supplier<RetryReport> work, String otherwise) {
    try {
      RetryReport report = work.get();
      return new Retried(
          report.sent(),
          report.repartitioned(),
          report.failing().stream()
              .map(one -> new StillRefused(one.source(), one.field(), one.reason(), one.letters()))
              .toList(),
          report.left());
    } catch (KafkaException e) {
      throw new Closed(otherwise, e);
    }
  }

  @Override
  public List<LetterWith> lettersWith(String id, Predicate<@Nullable String> tenant) {
    try {
      return search.of(id, tenant).stream()
          .map(
              one ->
                  new LetterWith(
                      one.letter().getSource(),
                      one.letter().getField(),
                      one.letter().getReason(),
                      one.at()))
          .toList();
    } catch (KafkaException e) {
      throw new Closed("some topics could not be read; search again in a moment", e);
    }
  }

  @Override
  public void writeDown(List<AccessEntry> entries) {
    put(entries);
  }

  private void put(SpecificRecord value) {
    put(List.of(value));
  }

  private void put(List<? extends SpecificRecord> values) {
    send(
        () -> {
          SendBatch batch = producer.batch();
          values.forEach(batch::send);
          batch.await();
        });
  }

  private static void send(Runnable sending) {
    try {
      sending.run();
    } catch (KafkaException e) {
      throw new Closed(
          "not everything was confirmed, and it is unknown what was; send the same request again in"
              + " a moment (duplicates count once)",
          e);
    }
  }
}
