package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.topology.Given.aCharge;
import static org.visitbalance.topology.Given.aVisit;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Closes;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Close;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Granularity;

/** A period that was closed is held against what comes later. */
class CloseStoryTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-04");
  private final Service service = new Service();

  @AfterEach
  void close() {
    service.close();
  }

  private Balance balance(Granularity granularity) {
    return service.tables().values(Topics.BALANCES).stream()
        .filter(one -> one.getGranularity() == granularity)
        .filter(one -> one.getLocation().equals("C01"))
        .filter(one -> !one.getFrom().isAfter(DAY))
        .findFirst()
        .orElseThrow();
  }

  private Close closed(int version, Granularity granularity) {
    return new Close(version, Instant.parse("2026-11-06T08:00:00Z"), "anna", balance(granularity));
  }

  private List<String> changes() {
    return service.history(Closes.CHANGED).stream()
        .map(one -> one.getStatus() + " " + one.getBefore() + " -> " + one.getAfter())
        .toList();
  }

  private Service aDayWithACharge() {
    return service
        .fact(aVisit("V1").build())
        .fact(aCharge("1").forVisit("V1").build())
        .tick("2026-11-06T00:00:00Z");
  }

  @Test
  void aLateChargeOfAClosedDayIsRaisedAndClosingItAgainResolvesIt() {
    // Given a day that was closed as it stood
    aDayWithACharge().close(closed(1, Granularity.DAY));
    assertThat(changes()).isEmpty();

    // When a charge that nobody documented comes with that Created Date
    service.fact(aCharge("2").of("P9").in("B9").build()).tick("2026-11-07T00:00:00Z");

    // Then it is said with what it was and what it is
    assertThat(changes())
        .last()
        .asString()
        .startsWith("OPEN DAY: EMR 1, billing 1, ")
        .contains("BALANCED -> DAY: EMR 1, billing 2, ", "; OUT_OF_BALANCE");
    Discrepancy raised = service.history(Closes.CHANGED).get(0);
    assertThat(raised.getDate()).isEqualTo(DAY);
    assertThat(raised.getVisit()).isNull();

    // And closed again it is resolved; the first close of a version stands
    service.close(closed(2, Granularity.DAY));
    assertThat(changes()).last().asString().startsWith("RESOLVED ");
    int said = changes().size();
    service.close(closed(2, Granularity.DAY)).close(closed(1, Granularity.DAY));
    assertThat(changes()).hasSize(said);
  }

  @Test
  void whatIsAgainWhatWasClosedIsNoLongerChanged() {
    aDayWithACharge().close(closed(1, Granularity.DAY));
    service.fact(aCharge("2").of("P9").in("B9").build()).tick("2026-11-07T00:00:00Z");

    service.fact(aCharge("2").of("P9").in("B9").removedAt("2026-11-07T10:00:00Z").build());

    assertThat(changes()).last().asString().startsWith("RESOLVED ");
  }

  @Test
  void aCloseMayComeAfterTheFactThatChangedItsPeriod() {
    aDayWithACharge();
    Close before = closed(1, Granularity.DAY);
    service.fact(aCharge("2").of("P9").in("B9").build()).tick("2026-11-07T00:00:00Z");

    service.close(before);

    assertThat(changes()).hasSize(1).first().asString().startsWith("OPEN ");
  }

  @Test
  void aDayAWeekAndAMonthAreClosedEachForItself() {
    aDayWithACharge().close(closed(1, Granularity.WEEK)).close(closed(1, Granularity.MONTH));

    service.fact(aCharge("2").of("P9").in("B9").build()).tick("2026-11-07T00:00:00Z");

    assertThat(changes()).noneMatch(one -> one.contains("DAY:"));
    assertThat(service.history(Closes.CHANGED))
        .extracting(Discrepancy::getId)
        .hasSizeGreaterThanOrEqualTo(2)
        .anySatisfy(
            id -> assertThat(id).isNotEqualTo(service.history(Closes.CHANGED).get(0).getId()));
  }

  @Test
  void aPeriodWithoutActivityLeftHasChanged() {
    aDayWithACharge().close(closed(1, Granularity.DAY));

    service
        .fact(aCharge("1").forVisit("V1").removedAt("2026-11-07T10:00:00Z").build())
        .fact(aVisit("V1").retractedAt("2026-11-07T11:00:00Z").build())
        .tick("2026-11-09T00:00:00Z");

    assertThat(changes()).last().asString().startsWith("OPEN ").endsWith("-> no activity");
  }

  @Test
  void aVersionOrADateOutOfRangeIsADeadLetterAndTheNextCloseCounts() {
    aDayWithACharge();
    Close good = closed(1, Granularity.DAY);
    LocalDate never = LocalDate.ofEpochDay(Integer.MIN_VALUE);
    Close before =
        Close.newBuilder(good)
            .setBalance(Balance.newBuilder(good.getBalance()).setFrom(never).build())
            .build();
    Close after =
        Close.newBuilder(good)
            .setBalance(
                Balance.newBuilder(good.getBalance()).setTo(LocalDate.of(2200, 1, 1)).build())
            .build();

    service
        .close(closed(Integer.MAX_VALUE, Granularity.DAY))
        .close(closed(1_000_001, Granularity.DAY))
        .close(before)
        .close(after);

    assertThat(service.tables().deadLetters())
        .extracting(DeadLetter::getField)
        .containsExactlyInAnyOrder("version", "version", "balance.from", "balance.to");

    service.close(good).fact(aCharge("2").of("P9").in("B9").build()).tick("2026-11-07T00:00:00Z");
    assertThat(changes()).last().asString().startsWith("OPEN ");
  }

  @Test
  void whatIsNoCloseIsADeadLetter() {
    aDayWithACharge();
    service
        .send(Topics.CLOSES, "T1|C01|DAY|2026-11-05", closed(1, Granularity.DAY))
        .send(Topics.CLOSES, "x", closed(0, Granularity.DAY))
        .raw(Topics.CLOSES, "x".getBytes(UTF_8), "no Avro".getBytes(UTF_8));

    assertThat(service.tables().deadLetters())
        .extracting(DeadLetter::getSource)
        .containsOnly("balancing.closes")
        .hasSize(3);
  }
}
