package org.visitbalance.lab.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.visitbalance.platform.Patience;
import org.visitbalance.service.ServiceProperties;
import org.visitbalance.topology.Topics;

/**
 * A rolling upgrade from an older version with another form of stored state. The first new instance
 * waits, and the older one goes on; when that one has stopped, the new ones rebuild the state.
 */
final class Upgrade {
  private static final Duration BREATH = Duration.ofSeconds(1);
  private static final int QUIET = 5;
  private static final int MOST_SECONDS = 120;

  private final Installation installation;
  private final Story story;
  private final Committed committed;
  private final List<String> wrong = new ArrayList<>();
  private long told;

  Upgrade(Installation installation, Story story, Committed committed) {
    this.installation = installation;
    this.story = story;
    this.committed = committed;
  }

  /**
   * Runs the older version for a while, then updates one instance after the other.
   *
   * @return when the last older instance was stopped, by the system's nanoseconds
   */
  long run(Path jar) {
    installation.version(0, jar, Instant.EPOCH);
    installation.version(1, jar, Instant.EPOCH);
    installation.instances.forEach(Child::start);
    story.flow(true);
    Faults.pause(Duration.ofSeconds(8));
    settle();
    committed.updating(true);
    update(0);
    long before = committed.records();
    story.flow(true);
    Faults.pause(Duration.ofSeconds(10));
    settle();
    if (committed.records() == before) {
      wrong.add("upgrade: the older instance did not go on while the newer one waited");
    }
    told = installation.receiver.openings();
    long begun = System.nanoTime();
    update(1);
    story.tick();
    story.flow(false);
    awaitRead();
    story.tick();
    story.flow(false);
    awaitRead();
    return begun;
  }

  /** Waits until this version has read all ticks: then it has rebuilt the state. */
  private void awaitRead() {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < Story.PARTITIONS; partition++) {
      latest.put(new TopicPartition(Topics.CLOCK.name(), partition), OffsetSpec.latest());
    }
    try (Admin admin = Admin.create(installation.clients)) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin.listOffsets(latest).all().get().forEach((place, end) -> ends.put(place, end.offset()));
      Patience.await(
          "the rebuild", Duration.ofSeconds(MOST_SECONDS), BREATH, () -> isRead(admin, ends));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean isRead(Admin admin, Map<TopicPartition, Long> ends) {
    try {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin
              .listConsumerGroupOffsets(ServiceProperties.applicationId(""))
              .partitionsToOffsetAndMetadata()
              .get();
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata one = read.get(end.getKey());
                return one != null && one.offset() >= end.getValue();
              });
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void update(int instance) {
    Child child = installation.instances.get(instance);
    child.stop();
    installation.version(instance, null, story.now());
    child.start();
  }

  /** No more facts, until nothing comes of them any more. */
  private void settle() {
    story.flow(false);
    long last = -1;
    int quiet = 0;
    for (int i = 0; i < MOST_SECONDS && quiet < QUIET; i++) {
      story.tick();
      Faults.pause(BREATH);
      long now = committed.records() + installation.receiver.openings();
      quiet = now == last && now > 0 ? quiet + 1 : 0;
      last = now;
    }
  }

  /** What was wrong, once the state has been rebuilt: without new facts, nothing opens. */
  List<String> wrong() {
    committed.updating(false);
    long openings = installation.receiver.openings() - told;
    if (openings > 0) {
      wrong.add("upgrade: alerts told " + openings + " openings of the rebuild alone");
    }
    return wrong;
  }
}
