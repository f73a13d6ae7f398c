package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.TopologyOptions;

/** The installation of this run, for the tests of other packages. */
public final class SharedInstallation {
  private static final Company OWN = Company.own();
  private final Installation installation = Installation.shared();

  private SharedInstallation() {}

  public static SharedInstallation get() {
    return new SharedInstallation();
  }

  public Map<String, Object> clients() {
    return installation.clients;
  }

  public TopologyOptions.Serdes serdes() {
    return installation.serdes;
  }

  /** The address of its API and page. */
  public URI api() {
    return URI.create("http://127.0.0.1:" + installation.web.port());
  }

  /** A token that may read the company with data. */
  public static String viewer() {
    return Installation.VIEWER;
  }

  /** The company with data. */
  public static String tenant() {
    return Installation.TENANT;
  }

  /** Puts a record onto a topic. */
  public <T extends SpecificRecord> void send(Topic<T> topic, String key, T value) {
    byte[] bytes = installation.serdes.of(topic.type()).serializer().serialize(topic.name(), value);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            installation.clients, new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused =
          producer.send(
              new ProducerRecord<>(topic.name(), key == null ? null : key.getBytes(UTF_8), bytes));
      producer.flush();
    }
  }

  /** Sends a fact that changes something, and waits until it has. */
  public void sendSomething() {
    installation.post("facts", OWN.visit("RV" + System.nanoTime(), "2026-11-11"), OWN.admin());
    installation.settle();
  }
}
