package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the work list can be narrowed to, over real HTTP, and what its rows say. */
@Timeout(180)
@Tag("slow")
class WorkListFiltersTest {
  private static final Company OWN = Company.own();
  private static final String LIST = "discrepancies?limit=1000";
  private static Installation here;

  @BeforeAll
  static void start() {
    here = Installation.shared();
  }

  private static List<JsonNode> rows(String filter) {
    List<JsonNode> rows = new ArrayList<>();
    here.get(LIST + filter, Installation.WORKER).path("rows").forEach(rows::add);
    return rows;
  }

  private static Set<String> texts(List<JsonNode> rows, Function<JsonNode, String> of) {
    Set<String> texts = new TreeSet<>();
    rows.forEach(row -> texts.add(of.apply(row)));
    return texts;
  }

  @Test
  void daysOutOfBalanceAreLeftOutWhereTheirVisitsAreWorked() {
    List<JsonNode> all = rows("");
    List<JsonNode> withoutDays = rows("&days=false");

    assertThat(texts(all, row -> row.path("kind").asText())).contains("DAY");
    assertThat(withoutDays)
        .isEqualTo(all.stream().filter(row -> !row.path("kind").asText().equals("DAY")).toList());
    assertThat(rows("&days=true")).isEqualTo(all);
  }

  @Test
  void aPayersVisitsAreForWorkers() {
    JsonNode choices = here.get("discrepancies/choices", Installation.WORKER);
    List<JsonNode> withIds = rows("&ids=true");
    String payer = choices.path("payers").get(0).asText();

    assertThat(texts(rows("&payer=" + payer), row -> row.path("id").asText()))
        .isNotEmpty()
        .isEqualTo(
            texts(
                withIds.stream()
                    .filter(row -> row.path("ids").path("payerId").asText().equals(payer))
                    .toList(),
                row -> row.path("id").asText()));
    assertThat(here.send("GET", LIST + "&payer=" + payer, null, Installation.VIEWER).statusCode())
        .isEqualTo(403);
    JsonNode viewers = here.get("discrepancies/choices", Installation.VIEWER);
    assertThat(viewers.path("payers").isNull()).isTrue();
    assertThat(viewers.path("providers")).isEqualTo(choices.path("providers"));
    assertThat(texts(withIds, row -> row.path("providerId").asText(null) + ""))
        .containsAll(texts(List.of(choices.path("providers").get(0)), JsonNode::asText));
  }

  @Test
  void whatAVisitIsOnOtherLocationsIsNotOffered() {
    Set<String> own =
        texts(
            rows("&location=" + Installation.SITE).stream()
                .filter(row -> !row.path("providerId").isNull())
                .toList(),
            row -> row.path("providerId").asText());

    JsonNode choices = here.get("discrepancies/choices", Installation.SITE_ADMIN);

    assertThat(own).isNotEmpty();
    assertThat(choices.path("providers"))
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(own);
    assertThat(here.get(LIST + "&days=false", Installation.SITE_ADMIN).path("rows"))
        .isNotEmpty()
        .allMatch(row -> row.path("location").asText().equals(Installation.SITE));
  }

  @Test
  void deadlinesAreCountedFromToday() {
    List<JsonNode> within = rows("&fileWithin=150&sort=fileBy");

    assertThat(within)
        .isNotEmpty()
        .isEqualTo(rows("&fileTo=2027-04-13&sort=fileBy"))
        .allMatch(row -> row.path("fileBy").asText().compareTo("2027-04-13") <= 0);
    assertThat(rows("&fileWithin=1")).isEmpty();
  }

  @Test
  void aRowSaysHowLongAgoTheServiceWas() {
    for (JsonNode row : rows("&level=VISIT")) {
      long days =
          ChronoUnit.DAYS.between(
              LocalDate.parse(row.path("dateOfService").asText()), LocalDate.parse("2026-11-14"));
      assertThat(row.path("daysSinceService").asLong()).isEqualTo(days);
    }
  }

  @Test
  void aMismatchSaysBothDatesOfService() {
    here.post(
        "facts",
        OWN.visit("DOS1", "2026-11-05")
            + """
            {"fact":"charge","tenant":"RIVAL","eventId":"dos-c1","occurredAt":"2026-11-05T18:05:00Z",\
            "chargeId":"dos-1","status":"ACTIVE","updatedAt":"2026-11-05T18:05:00Z","patientKey":"P-DOS1",\
            "emrVisitId":"DOS1","billingVisitId":"dos-b1","locationId":"C01","dateOfService":"2026-11-06",\
            "createdAt":"2026-11-05T18:05:00Z","createdOn":"2026-11-05","treatingProviderId":"TH1",\
            "cpt":"97110","modifiers":[],"units":2}
            """
                .replace("RIVAL", OWN.name()),
        OWN.admin());
    here.settle();

    List<JsonNode> rows = new ArrayList<>();
    here.get(LIST, OWN.admin()).path("rows").forEach(rows::add);

    assertThat(rows)
        .filteredOn(row -> row.path("kind").asText().equals("DATE_OF_SERVICE_MISMATCH"))
        .hasSize(1)
        .allMatch(row -> row.path("dateOfService").asText().equals("2026-11-05"))
        .allMatch(row -> row.path("billedDatesOfService").asText().equals("2026-11-06"));
    assertThat(rows("")).allMatch(row -> row.path("billedDatesOfService").isNull());
  }
}
