package org.visitbalance.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.topology.TopologyOptions;

/**
 * Finds the open dead letters whose record contains an id. A dead letter names only the position of
 * its record, so the records are read again, and searched as bytes: many of them cannot be decoded.
 */
public final class LetterSearch {
  /** The most records to read; the latest are read first. */
  private static final int RECORDS = 20_000;

  private static final int FOUND = 20;

  /** Up to this length, Avro writes it in one byte. */
  private static final int AVRO_SHORT = 64;

  private final Map<String, Object> clients;
  private final TopologyOptions.Serdes serdes;
  private final String prefix;

  /**
   * Creates a search in an installation.
   *
   * @param clients Kafka's client configuration, including {@code bootstrap.servers}
   */
  public LetterSearch(Map<String, Object> clients, TopologyOptions.Serdes serdes, String prefix) {
    this.clients = clients;
    this.serdes = serdes;
    this.prefix = prefix;
  }

  /**
   * Returns up to 20 dead letters, the latest first.
   *
   * @param tenant accepts a company, or null if it could not be read
   * @throws org.apache.kafka.common.KafkaException if a topic cannot be read
   */
  public List<OpenLetters.Letter> of(String id, Predicate<@Nullable String> tenant) {
    LetterFilter filter = new LetterFilter(tenant, null, null, null, null);
    Stream<OpenLetters.Letter> latest =
        OpenLetters.read(new TopicReader(clients, serdes, prefix), filter, prefix)
            .letters()
            .stream()
            .sorted(Comparator.comparing(OpenLetters.Letter::at).reversed())
            .limit(RECORDS);
    List<OpenLetters.Letter> found = new ArrayList<>();
    byte[] wanted = id.getBytes(UTF_8);
    try (Originals originals = new Originals(clients)) {
      OpenLetters.byPartition(latest)
          .forEach(
              (place, letters) ->
                  originals.read(
                      place,
                      letters,
                      () -> true,
                      (letter, record) -> {
                        if (record != null && contains(record, wanted)) {
                          found.add(letter);
                        }
                      }));
    }
    found.sort(Comparator.comparing(OpenLetters.Letter::at).reversed());
    return List.copyOf(found.subList(0, Math.min(found.size(), FOUND)));
  }

  private static boolean contains(ConsumerRecord<byte[], byte[]> record, byte[] wanted) {
    return contains(record.key(), wanted) || contains(record.value(), wanted);
  }

  private static boolean contains(byte @Nullable [] bytes, byte[] wanted) {
    if (bytes == null) {
      return false;
    }
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)
          && isWhole(bytes, i, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether an id is not just a part of a longer one: Avro writes twice the length before a
   * text; in other formats, something that is no letter and no digit stands on both sides.
   */
  private static boolean isWhole(byte[] bytes, int from, int length) {
    boolean isAvro = length < AVRO_SHORT && from > 0 && bytes[from - 1] == 2 * length;
    return isAvro || (isEdge(bytes, from - 1) && isEdge(bytes, from + length));
  }

  private static boolean isEdge(byte[] bytes, int position) {
    return position < 0
        || position >= bytes.length
        || !Character.isLetterOrDigit((char) (bytes[position] & 0xFF));
  }
}
