package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.visitbalance.cli.Browser.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.WebElement;

/** Charges that are linked to their visit, with the API and with the page in a real browser. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class LinkPageTest {
  private static final Company OWN = Company.own();
  private static final String CHARGE =
      """
      {"fact":"charge","tenant":"RIVAL","eventId":"e-%s","occurredAt":"2026-10-20T18:00:00Z",\
      "chargeId":"%s","status":"ACTIVE","updatedAt":"2026-10-20T18:00:00Z","patientKey":"P-%s",\
      "billingVisitId":"B-%s","locationId":"C01","dateOfService":"2026-10-20",\
      "createdAt":"2026-10-20T18:00:00Z","createdOn":"2026-10-20","treatingProviderId":"TH1",\
      "cpt":"97110","modifiers":[],"units":2}
      """
          .replace("RIVAL", OWN.name());

  private static Installation here;
  private static Browser browser;

  /** A visit of 10/19 without a charge, and a charge of 10/20, when nobody was there. */
  private static void aWrongDate(String id) {
    here.post(
        "facts",
        OWN.visit(id, "2026-10-19") + CHARGE.formatted(id, id + "-601", id, id),
        OWN.admin());
    here.settle();
  }

  private static String token(String id, String from) {
    for (JsonNode row :
        here.get("visits?from=2026-10-19&to=2026-10-20&limit=500", OWN.admin()).path("rows")) {
      String token = row.path("visit").asText();
      JsonNode ids = here.post("visits/" + token + "/reveal", "", OWN.admin());
      if (ids.path("patientKey").asText().equals("P-" + id)
          && row.path("dateOfService").asText().equals(from)) {
        return token;
      }
    }
    throw new AssertionError("no visit of " + id);
  }

  private static JsonNode decide(String token, String action, String charge, String... headers) {
    HttpResponse<String> answer =
        here.send(
            "POST",
            "decisions",
            "{\"decisions\":[{\"visit\":\"%s\",\"action\":\"%s\",\"charge\":\"%s\"}]}"
                .formatted(token, action, charge),
            OWN.admin(),
            headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Installation.json(answer.body()).path("results").get(0);
  }

  private static String state(String token) {
    return here.get("visits/" + token, OWN.admin()).path("summary").path("state").asText();
  }

  @Test
  void theApiLinksAndUndoes() {
    aWrongDate("LNK1");
    String visit = token("LNK1", "2026-10-19");
    String billing = token("LNK1", "2026-10-20");
    assertThat(state(visit)).isEqualTo("MISSING_CHARGE");

    // What cannot be linked is rejected with its reason
    assertThat(decide(visit, "LINKED", "999").path("problem").asText())
        .contains("No charge of this patient");
    assertThat(decide(billing, "LINKED", "LNK1-601").path("problem").asText())
        .contains("billing only");
    assertThat(decide("A".repeat(26), "LINKED", "LNK1-601").path("problem").asText())
        .contains("No visit has this token");
    assertThat(decide(visit, "UNLINKED", "LNK1-601").path("problem").asText())
        .contains("not linked to this visit");
    assertThat(decide(visit, "ACCEPTED", "LNK1-601").path("problem").asText())
        .contains("only with LINKED");

    // Linked, its visit is billed, and what looked like another visit is gone
    assertThat(decide(visit, "LINKED", "LNK1-601").path("outcome").asText()).isEqualTo("TAKEN");
    here.settle();
    assertThat(state(visit)).isEqualTo("POSTED_LATER");
    assertThat(decide(visit, "LINKED", "LNK1-601").path("outcome").asText()).isEqualTo("ALREADY");
    assertThat(here.get("visits/" + visit, OWN.admin()).path("timeline"))
        .extracting(one -> one.path("what").asText() + " " + one.path("link").asText())
        .contains("CHARGED LINKED", "LINKED VISIT");

    // Undone, all is as before
    String[] named = {"Idempotency-Key", "undo"};
    assertThat(decide(visit, "UNLINKED", "LNK1-601", named).path("outcome").asText())
        .isEqualTo("TAKEN");
    here.settle();
    assertThat(decide(visit, "UNLINKED", "LNK1-601", named).path("outcome").asText())
        .isEqualTo("ALREADY");
    assertThat(decide(visit, "UNLINKED", "LNK1-601").path("outcome").asText())
        .isEqualTo("REJECTED");
    assertThat(state(visit)).isEqualTo("MISSING_CHARGE");
    assertThat(state(billing)).isEqualTo("UNEXPECTED_CHARGE");
  }

  private static void button(String within, String text) {
    await(
        text,
        () -> {
          for (WebElement one : browser.all(within + " button")) {
            if (one.isDisplayed() && one.isEnabled() && one.getText().startsWith(text)) {
              one.click();
              return true;
            }
          }
          return false;
        });
  }

  @Test
  void thePageLinksAPossibleMatchAndUndoesIt() {
    aWrongDate("LNK2");
    String visit = token("LNK2", "2026-10-19");

    // A possible match without a charge that can be linked offers no link
    assertThat(
            here.get("visits/" + visit, OWN.admin()).path("hints").path(0).path("linkable").asInt())
        .isOne();
    browser.open("notes", OWN.admin());
    browser.run(
        "const json = Response.prototype.json; Response.prototype.json = async function () {"
            + " const body = await json.call(this);"
            + " (body.hints ?? []).forEach((one) => { one.linkable = 0; }); return body; };");
    browser.run("location.hash = arguments[0]", "#/visit/" + visit);
    browser.see("main", "Possible match");
    assertThat(browser.texts("main button")).noneMatch(text -> text.startsWith("Link"));

    // From the visit without a charge: the possible match, its charge, a question
    browser.open("visit/" + visit, OWN.admin());
    button("main", "Link charges…");
    browser.see("dialog[open] .charges", "LNK2-601");
    assertThat(browser.runFile("unreadable.js")).isEqualTo(List.of());
    button("dialog[open]", "Link");
    browser.see("#linked .told", "1 decision saved");
    here.settle();
    browser.see("#linked", "97110 x2");
    browser.see(".verdicts", "Billed in a later period");
    browser.see(".timeline", "Charge linked");

    // And back
    button("#linked", "Undo links…");
    browser.see("dialog[open] .charges", "LNK2-601");
    button("dialog[open]", "Undo");
    browser.see("#linked .told", "1 decision saved");
    here.settle();
    browser.see(".verdicts", "Missing charge");
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }
}
