package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.visitbalance.platform.Patience;

/** The API asks for what the data needs and the settings do not say, and for nothing else. */
@Timeout(180)
@Tag("slow")
class SettingsQuestionsTest {
  private static final Company OWN = Company.own();
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  private static String charge(String id, String location) {
    return """
        {"fact":"charge","tenant":"%1$s","eventId":"c-%2$s","occurredAt":"2026-11-05T09:00:00Z",\
        "chargeId":"%2$s","status":"ACTIVE","updatedAt":"2026-11-05T09:00:00Z",\
        "patientKey":"P-RV1","locationId":"%3$s","dateOfService":"2026-11-04",\
        "createdAt":"2026-11-05T09:00:00Z","createdOn":"2026-11-05","treatingProviderId":"TH1",\
        "cpt":"97110","modifiers":[],"units":2}
        """
        .formatted(OWN.name(), id, location);
  }

  private static JsonNode questions() {
    return here.get("settings/questions", OWN.admin());
  }

  private static List<String> clinics() {
    List<String> clinics = new ArrayList<>();
    questions()
        .path("clinics")
        .forEach(one -> clinics.add(one.path("clinicId").asText() + one.path("posCode").asText()));
    return clinics;
  }

  private static void put(String locations) {
    assertThat(
            here.send(
                    "PUT",
                    "settings",
                    "tenant: " + OWN.name() + "\nzone: America/Denver\nlocations: " + locations,
                    OWN.admin())
                .statusCode())
        .isEqualTo(202);
    here.settle();
  }

  @Test
  void clinicsAreAskedForAsLongAsNoRowNamesThem() {
    assertThat(questions().path("zone").isNull()).isTrue();
    assertThat(clinics()).as("billing has named no location yet").isEmpty();

    here.post("facts", charge("Q1", "DTN"), OWN.admin());
    Patience.await("a question", Duration.ofSeconds(30), () -> clinics().equals(List.of("C0111")));

    here.post("facts", charge("Q2", "C01"), OWN.admin());
    Patience.await("the same name in billing", Duration.ofSeconds(30), () -> clinics().isEmpty());

    // When there are rows, and none of them names the clinic
    put("[{clinicId: C09, locationId: DTN}]");
    Patience.await(
        "the question", Duration.ofSeconds(30), () -> clinics().equals(List.of("C0111")));
    assertThat(questions().path("zone").asText()).isEqualTo("America/Denver");

    put("[{clinicId: C01, posCode: '11', locationId: C01}]");
    Patience.await("no question", Duration.ofSeconds(30), () -> clinics().isEmpty());
  }

  @Test
  void aCallerWithSomeLocationsIsRefused() {
    assertThat(here.send("GET", "settings/questions", null, Installation.SITE_ADMIN).statusCode())
        .isEqualTo(403);
  }
}
