package org.visitbalance.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

class DecidingSettingsTest {
  private static final LocalDate DAY = LocalDate.parse("2026-11-04");

  private static final Settings WHOLE =
      new Settings(
          "T1",
          "SUNDAY",
          "America/New_York",
          "PT6H",
          "P2D",
          "P7D",
          false,
          true,
          true,
          List.of("COPAY"),
          List.of("NOSHOW"),
          List.of("97161"),
          List.of(new LocationRow("C01", "11", "DTN", DAY, DAY, "Downtown", "North")),
          List.of(new PayerRule("BCBS", Map.of("97110", 2), 4, List.of("97010"), DAY, DAY, "P90D")),
          "P3D",
          Map.of("97110", 4500L),
          Map.of("BCBS", "Blue Cross"),
          Map.of("TH1", "Pat Lee"));

  @Test
  void onlyWhatIsForShowingIsLeftOut() {
    Settings stored = DecidingSettings.document(DecidingSettings.stored(WHOLE));

    for (Schema.Field field : Settings.getClassSchema().getFields()) {
      assertThat(WHOLE.get(field.pos())).as("an example for " + field.name()).isNotNull();
    }
    assertThat(stored)
        .isEqualTo(
            Settings.newBuilder(WHOLE)
                .setPayerNames(null)
                .setTherapistNames(null)
                .setLocations(List.of(new LocationRow("C01", "11", "DTN", DAY, DAY, null, null)))
                .build());
  }

  @Test
  void nothingStaysNothing() {
    Settings none = Settings.newBuilder().setTenant("T1").build();

    assertThat(DecidingSettings.document(DecidingSettings.stored(none))).isEqualTo(none);
  }
}
