package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aVisit;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.visitbalance.fact.Tick;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;

@DisplayName("Within a transaction, facts wait until all of a patient's are taken together")
final class PatientLedgerProcessorTest {
  private static final Instant MORNING = Instant.parse("2026-11-06T08:00:00Z");

  private final MockProcessorContext<String, TopicRecord> context = RestartedLedger.emptyStores();
  private final BeforeCommit commit =
      new BeforeCommit.Builder(PatientLedgerProcessor.BEFORE_COMMIT).build();
  private final PatientLedgerProcessor processor =
      new PatientLedgerProcessor(RestartedLedger.options());
  private long offset;

  @BeforeEach
  void begin() {
    context.addStateStore(commit);
    processor.init(withNodes());
    tick(MORNING);
    commit();
  }

  @Test
  void nothingIsSaidBeforeTheCommit() {
    fact(aVisit("V1").build(), MORNING);
    assertThat(said(Discrepancy.class)).isEmpty();

    commit();

    assertThat(said(Discrepancy.class)).hasSize(1);
  }

  /** Kafka Streams begins the same processors again, and reads again what they have read. */
  @Test
  void whatWaitsIsForgottenWhenTheTransactionFails() {
    fact(aVisit("V1").build(), MORNING);
    processor.close();
    processor.init(withNodes());
    tick(MORNING.plusSeconds(60));
    commit();

    assertThat(said(Discrepancy.class)).isEmpty();
  }

  @Test
  void aTickComesAfterTheFactsBeforeIt() {
    fact(aVisit("V1").build(), MORNING);
    tick(MORNING.plusSeconds(60));
    commit();

    assertThat(said(Discrepancy.class))
        .singleElement()
        .satisfies(one -> assertThat(one.getOpenedAt()).isEqualTo(MORNING));
  }

  @Test
  void aDeadLetterHasTheTimeOfItsRecord() {
    record(Topics.VISITS.name(), "T1|P1", new byte[] {1}, MORNING);
    fact(aVisit("V1").build(), MORNING.plusSeconds(60));
    commit();

    assertThat(context.forwarded())
        .filteredOn(one -> one.record().value().value() instanceof DeadLetter)
        .singleElement()
        .satisfies(one -> assertThat(one.record().timestamp()).isEqualTo(MORNING.toEpochMilli()));
  }

  @Test
  void theyAskForACommitWhenTheyTakeTooMuchMemory() {
    byte[] large = new byte[1 << 20];
    for (int i = 0; i < 64 && !context.committed(); i++) {
      record(Topics.VISITS.name(), "T1|P1", large, MORNING);
    }

    assertThat(context.committed()).isTrue();
  }

  private void fact(SpecificRecord fact, Instant at) {
    record(Topics.ofFact(fact).name(), Keys.ofFact(fact), Service.bytes(fact), at);
  }

  private void tick(Instant at) {
    record(Topics.CLOCK.name(), "0", Service.bytes(new Tick(at, "host-1")), at);
  }

  private void record(String topic, @Nullable String key, byte[] value, Instant at) {
    context.setRecordMetadata(topic, 0, offset++);
    processor.process(
        new Record<>(key == null ? null : key.getBytes(UTF_8), value, at.toEpochMilli()));
  }

  private void commit() {
    commit.flushCache();
  }

  private <T> List<T> said(Class<T> type) {
    return context.forwarded().stream()
        .map(one -> one.record().value().value())
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** The mocked context, which besides knows the current step, as the one of Kafka Streams does. */
  @SuppressWarnings("unchecked") // The proxy stands for the context of a ledger.
  private ProcessorContext<String, TopicRecord> withNodes() {
    return (ProcessorContext<String, TopicRecord>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {InternalProcessorContext.class},
            (proxy, method, arguments) ->
                method.getName().endsWith("urrentNode")
                    ? null
                    : MockProcessorContext.class
                        .getMethod(method.getName(), method.getParameterTypes())
                        .invoke(context, arguments));
  }
}
