package org.visitbalance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** Files are sent with the page, in a real browser on a real installation. */
@Timeout(180)
@Tag("slow")
@ExtendWith(OnThePage.class)
class FilesPageTest {
  private static final Company OWN = Company.own();
  static final String DROP =
      """
      const data = new DataTransfer();
      data.items.add(new File([arguments[1]], arguments[0]));
      document.getElementById("drop").dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      """;

  private static Installation here;
  private static Browser browser;

  @AfterEach
  void nothingIsLeft() {
    browser.assertQuiet(message -> false);
    assertThat(here.faults).isEmpty();
  }

  private static void button(String text) {
    for (WebElement one : browser.all("#preview button")) {
      if (one.getText().equals(text)) {
        one.click();
        return;
      }
    }
    throw new AssertionError("no button " + text);
  }

  @Test
  void whereNoIntakeTakesFilesThePageSaysWhereToPutThem() {
    browser.open("files", Installation.WORKER);
    browser.see("#no-sending", "Put them into the company's intake folder");
    assertThat(browser.find("#file")).isNull();
  }

  @Test
  void aFileIsDroppedSeenSentAndBalanced() {
    String content = FilesApiTest.CHARGES.replace("%s", "7").replace("RB", "RPAGE");
    String name = "billing_charges_page.csv";
    browser.open("files", OWN.admin());
    browser.see("header nav a[aria-current=page]", "Files");

    // When it is dropped and left, then nothing is sent
    browser.run(DROP, name, content);
    browser.see("#preview", "2: 1 valid, 1 invalid, 0 skipped");
    browser.see("#preview", "Adds 1 charge");
    browser.see("#preview", "units");
    browser.see("#preview", "shoe_size");
    assertThat(browser.text("#preview")).doesNotContain("SECRET", "many");
    assertThat(browser.run("return document.activeElement.textContent")).isEqualTo(name);
    button("Cancel");
    Browser.await("no preview", () -> browser.find("#preview") == null);
    assertThat(names()).doesNotContain(name);

    // When it is sent, then it is read, and its visit is in the figures
    browser.run(DROP, name, content);
    browser.see("#preview", "Adds 1 charge");
    button("Send");
    browser.see(".told", name + " was sent");
    browser.see("#files", name);
    Browser.await("the file to be done", () -> done().contains(name));
    here.settle();
    browser.open("today?from=2024-03-04&to=2024-03-04", OWN.admin());
    browser.see("main", "RVL");

    // When an ID is sought that is in no file, then the search says so
    browser.see(".search input").sendKeys("NO-SUCH-ID", Keys.ENTER);
    browser.see("#not-in-files", "is not in any file since");
    assertThat(browser.text("#not-in-files")).contains("It may be in", "invalid row");
  }

  @Test
  void aFileOfMessagesIsSeenAndSent() {
    String head =
        """
        MSH|^~\\&|EMR|HARBOR|||20240304083000-0500||DFT^P03|PAGE%1$d|P|2.5.1
        PID|1||E%1$d^^^X^MR~%1$d^^^X^AN||SECRET^ANNE
        PV1|1|O|MSGS^^^MSGS||||T7||||||||||||VPAGE%1$d
        """;
    String line = "FT1|1|A||20240304||%s|97110^SECRET|||2||||||MSGS||||T7\n";
    String messages =
        head.formatted(1)
            + line.formatted("CG")
            + head.formatted(1)
            + line.formatted("CG")
            + head.formatted(2)
            + line.formatted("XX");
    browser.open("files", OWN.admin());

    browser.run(DROP, "night_page.hl7", messages);

    browser.see("#preview", "3: 1 valid, 1 invalid, 1 skipped");
    browser.see("#preview", "1 message came before and gives nothing new.");
    browser.see("#preview", "Adds 1 visit");
    browser.see("#preview", "Line 9: transactionType is not a known type");
    assertThat(browser.text("#preview")).doesNotContain("SECRET");
    button("Send");
    browser.see(".told", "night_page.hl7 was sent");
    Browser.await("the file to be done", () -> done().contains("night_page.hl7"));
    here.settle();
    browser.open("today?from=2024-03-04&to=2024-03-04", OWN.admin());
    browser.see("main", "MSGS");
  }

  private static List<String> names() {
    return here.get("files", OWN.admin()).path("rows").findValuesAsText("name");
  }

  private static String done() {
    return String.join(" ", browser.texts("#files tr[data-state=DONE]"));
  }

  @Test
  void whatCannotBeUsedIsSaidAndCannotBeSent() {
    browser.look(375, true);
    browser.open("files", OWN.admin());

    browser.run(DROP, "strange.csv", "a,b\n1,2\n");

    browser.see("#preview [role=alert]", "This file cannot be used");
    assertThat(browser.texts("#preview button")).contains("Cancel").doesNotContain("Send");
    assertThat(browser.run("return document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    browser.look(1280, false);
  }

  @Test
  void whatIsMissingIsSaidAndGivenUp() {
    browser.open("files", Company.EXPECTS.admin());
    browser.see("#missing", Company.EXPECTED_BY_PAGE);
    int days = missing();

    browser.click("#missing button[aria-label^='Give up " + Company.EXPECTED_BY_PAGE + "']");
    browser.see("dialog[open]", "will not be waited for");
    browser.click("dialog[open] button.main");

    browser.see("main", Company.EXPECTED_BY_PAGE + " was given up.");
    Browser.await("one less", () -> missing() == days - 1);
  }

  private static int missing() {
    return (int)
        browser.texts("#missing tbody tr").stream()
            .filter(row -> row.contains(Company.EXPECTED_BY_PAGE))
            .count();
  }

  @Test
  void severalFilesAreSeenAndThoseThatCanBeUsedAreSentAndReadAgain() {
    browser.open("files", OWN.admin());
    browser.run(
        DROP.replace(
            "document.",
            "data.items.add(new File(['e,f\\n1,2\\n'], 'odd_several.csv'));\n"
                + "data.items.add(new File([], 'empty_several.csv'));\ndocument."),
        "billing_charges_several.csv",
        FilesApiTest.CHARGES.replace("%s", "8").replace("RB", "RSEVERAL"));

    browser.see("#several button.main", "Send 1 file");
    assertThat(browser.texts("#several tbody tr"))
        .anyMatch(row -> row.contains("billing_charges_several.csv") && row.contains("Can be sent"))
        .anyMatch(row -> row.contains(" odd_several.csv: no ") && !row.contains("Can be sent"))
        .anyMatch(row -> row.contains("empty_several.csv") && row.contains("The file is empty."));
    browser.click("#several button.main");
    browser.see("#several", "Sent");
    Browser.await("it to be done", () -> done().contains("billing_charges_several.csv"));
    browser.click("#files button[aria-label='Read billing_charges_several.csv again']");
    browser.see("#files", "It is read again in a moment.");
  }

  @Test
  void theTimeZoneIsAskedOfThoseWhoMayAnswer() {
    browser.open("today", OWN.viewer());
    browser.see("main", "The time zone of the company is not set");
    browser.open("files", OWN.admin());

    browser.click("#set-asked-zone option[value='America/Chicago']");
    browser.click("#asked button");

    Browser.await("no such question", () -> browser.find("#set-asked-zone") == null);
    assertThat(here.get("settings", OWN.admin()).path("settings").path("zone").asText())
        .isEqualTo("America/Chicago");
  }

  @Test
  void todaySaysFirstThatAFileIsLateAndLeadsToTheFiles() {
    ReceivedFile late = FilesApiTest.late(OWN.name(), FileState.MISSING);
    FilesApiTest.put(late);
    browser.open("today", OWN.admin());
    browser.see("#late-files", "1 file did not come on time");
    browser.click("#late-files a");
    browser.see("h1", "Files");

    FilesApiTest.put(FilesApiTest.late(OWN.name(), FileState.CAME));
    browser.open("today", OWN.admin());
    browser.see("#spans");
    Browser.await("nothing to be late", () -> !late().contains("on time"));
  }

  private static String late() {
    return String.join("", browser.texts("#late-files"));
  }

  @Test
  void theViewIsForWorkers() {
    browser.open("today", Installation.VIEWER);
    JsonNode me = here.get("me", Installation.VIEWER);

    assertThat(me.path("roles").toString()).doesNotContain("worker");
    assertThat(browser.texts("header nav a")).contains("Today").doesNotContain("Files");
  }
}
