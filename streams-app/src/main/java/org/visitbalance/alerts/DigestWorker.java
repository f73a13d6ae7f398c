package org.visitbalance.alerts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AlertSaid;
import org.visitbalance.topology.Topics;

/**
 * Sends a morning mail. One of the instances does: the one that has a certain partition in the
 * mail's own consumer group. What it did is written down before the mail is said to the server, and
 * when the server has taken it, so that a morning has one mail at most (ADR 32).
 */
final class DigestWorker extends RouteWorker {
  /** The key of what was done for the latest morning. */
  private static final String MORNING = "morning";

  private static final String SENDING = "SENDING";
  private static final String SENT = "SENT";
  private static final String UNKNOWN = "UNKNOWN";
  private static final String GIVEN_UP = "GIVEN_UP";

  /** Nothing was due: the mail had just been set up. */
  private static final String BEGUN = "BEGUN";

  /** How often the time zone of the company is looked up, and whether there is what it names. */
  private static final Duration ZONE = Duration.ofHours(1);

  private final Cluster kafka;
  private final Digest digest;
  private final Delivery delivery;
  private final InstantSource time;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** How a mail is made and sent. */
  record Delivery(DigestSource source, DigestText text, MailSender sender, Backoff backoff) {}

  DigestWorker(
      Cluster cluster,
      Digest digest,
      Delivery delivery,
      InstantSource time,
      StatusListener listener) {
    super(digest.name(), listener);
    this.kafka = cluster;
    this.digest = digest;
    this.delivery = delivery;
    this.time = time;
  }

  /** Makes and sends the mail of a morning now; returns what is to be said about it. */
  static MailSender.Result send(
      Digest digest, Digest.Morning morning, Delivery delivery, Instant now, Runnable begins)
      throws IOException {
    DigestFigures figures = delivery.source().read(digest, morning.from(), morning.to());
    String id = "visit-balance." + digest.name() + "." + morning.due().toEpochMilli();
    MailSender.Prepared mail =
        delivery.sender().prepare(digest, delivery.text().write(digest, figures, now), id, now);
    MailSender.Result result = delivery.sender().send(mail, begins);
    return mail.trouble() == null || result.trouble() != null
        ? result
        : new MailSender.Result(result.outcome(), mail.trouble());
  }

  @Override
  void wake() {
    KafkaConsumer<byte[], byte[]> reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
  }

  @Override
  void work() {
    Map<String, Object> config = kafka.reading();
    config.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000");
    config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) Duration.ofMinutes(30).toMillis());
    config.put(ConsumerConfig.GROUP_ID_CONFIG, WebhookWorker.group(kafka.prefix(), digest.name()));
    try (DeliveryLog deliveryLog = new DeliveryLog(kafka, digest.name());
        KafkaConsumer<byte[], byte[]> opened =
            new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer = opened;
      new Turn(opened, deliveryLog).run();
    }
  }

  /** One life of the consumer, of which only the assignment counts. */
  private final class Turn implements ConsumerRebalanceListener {
    private final KafkaConsumer<byte[], byte[]> opened;
    private final DeliveryLog deliveryLog;
    private final TopicPartition speaker = new TopicPartition(kafka.name(Topics.ALERTS_SAID), 0);

    private boolean isSpeaker;
    private @Nullable AlertSaid said;
    private @Nullable ZoneId zone;
    private Instant zoneUntil = Instant.MIN;
    private Instant next = Instant.MIN;
    private int failures;

    Turn(KafkaConsumer<byte[], byte[]> opened, DeliveryLog deliveryLog) {
      this.opened = opened;
      this.deliveryLog = deliveryLog;
    }

    void run() {
      opened.subscribe(List.of(speaker.topic()), this);
      while (!isClosed()) {
        var unused = opened.poll(POLL);
        if (opened.assignment().isEmpty()) {
          continue;
        }
        cluster.good();
        if (isSpeaker && !time.instant().isBefore(next)) {
          look();
        }
      }
    }

    private void look() {
      Instant now = time.instant();
      try {
        if (zone == null || now.isAfter(zoneUntil)) {
          zone = delivery.source().zone(digest.tenant());
          filter(delivery.source().unknown(digest));
          zoneUntil = now.plus(ZONE);
        }
        Digest.Morning morning = digest.latest(now, zone);
        if (isDue(morning, zone)) {
          send(morning, now);
        } else if (failures > 0) {
          failures = 0;
          receiver.good();
        }
      } catch (IOException e) {
        again(now, e.getMessage());
      }
    }

    /** Whether the mail of a morning is still to be sent. */
    private boolean isDue(Digest.Morning morning, ZoneId in) {
      AlertSaid last = said;
      if (last == null) {
        write(morning.due(), BEGUN, true);
        return false;
      }
      // By the day, as the settings of the mail may have moved the hour.
      boolean isOfTheMorning =
          !LocalDate.ofInstant(morning.due(), in)
              .isAfter(LocalDate.ofInstant(last.getOpenedAt(), in));
      if (last.getFigures().equals(SENDING)) {
        // Whoever had written this has stopped before the server answered.
        unknown(last.getOpenedAt(), "it stopped while the mail was being sent");
        return !isOfTheMorning;
      } else if (!last.getResolved() && !isOfTheMorning) {
        givenUp(last.getOpenedAt());
      } else if (last.getResolved() && isOfTheMorning) {
        return false;
      }
      return true;
    }

    private void send(Digest.Morning morning, Instant now) throws IOException {
      AlertSaid last = said;
      if (last == null || !last.getOpenedAt().equals(morning.due())) {
        // From here on, it is known that this mail is owed.
        write(morning.due(), "", false);
        failures = 0;
      }
      MailSender.Result result =
          DigestWorker.send(
              digest, morning, delivery, now, () -> write(morning.due(), SENDING, false));
      switch (result.outcome()) {
        case SENT -> {
          write(morning.due(), SENT, true);
          failures = 0;
          receiver.told(1);
          if (result.trouble() != null) {
            receiver.bad("has sent its mail, but " + result.trouble());
          }
        }
        case NOT_SENT -> {
          write(morning.due(), "", false);
          again(now, result.trouble());
        }
        case UNKNOWN -> unknown(morning.due(), String.valueOf(result.trouble()));
      }
    }

    private void again(Instant now, @Nullable String reason) {
      next = now.plus(delivery.backoff().after(++failures));
      receiver.bad("cannot send its mail (" + reason + "); retrying until the next morning");
    }

    private void unknown(Instant due, String reason) {
      failures = 0;
      write(due, UNKNOWN, true);
      receiver.gaveUp("gave up on a mail");
      receiver.bad(
          "may not have sent the mail of "
              + due
              + " ("
              + reason
              + "); it is not sent again, so that nobody gets it twice");
    }

    private void givenUp(Instant due) {
      write(due, GIVEN_UP, true);
      receiver.gaveUp("gave up on the mail of " + due + ": the next morning has come");
    }

    private void write(Instant due, String what, boolean isDone) {
      AlertSaid now = new AlertSaid(due, failures, what, isDone);
      deliveryLog.write(MORNING, now);
      said = now;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // The log is read by itself; these are only taken to know whose turn it is.
      opened.pause(partitions);
      if (partitions.contains(speaker)) {
        said = deliveryLog.read().get(MORNING);
        isSpeaker = true;
        next = Instant.MIN;
      }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(speaker)) {
        isSpeaker = false;
      }
    }
  }
}
