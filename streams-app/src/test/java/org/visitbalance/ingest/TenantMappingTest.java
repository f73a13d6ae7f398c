package org.visitbalance.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mapping that is kept as a document of a tenant. */
class TenantMappingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "charge-audit-summary",
        "claims-feed",
        "emr-billing-report",
        "integration-rejections",
        "missed-notes"
      })
  void aDocumentMeansWhatItsTextMeans(String example) throws IOException {
    String text =
        Files.readString(Path.of("..", "examples", "mappings", example + ".yaml"))
            .replaceFirst("(?m)^tenant:.*\n", "");

    String document = TenantMapping.document("mapping", text, "T1");

    assertThat(TenantMapping.document("mapping", document, "T1")).isEqualTo(document);
    assertThat(shapes(document)).isEqualTo(shapes("tenant: T1\n" + text));
  }

  /** All that its entries say, without the places where they say it. */
  private static List<String> shapes(String text) {
    return TenantMapping.of("mapping", text).entries().stream()
        .map(
            entry ->
                entry.match()
                    + entry.kind()
                    + entry.zone()
                    + entry.mergeDailyNotes()
                    + entry.rules().check()
                    + (entry.snapshot() != null)
                    + entry.columns().values().stream()
                        .map(
                            one ->
                                one.field()
                                    + " "
                                    + one.columns()
                                    + one.values()
                                    + one.format()
                                    + one.fallback()
                                    + one.constant()
                                    + one.optional()
                                    + one.crosswalk()
                                    + one.midnightIsTime())
                        .toList())
        .toList();
  }

  @Test
  void textsStayTexts() {
    String document =
        TenantMapping.document(
            "mapping",
            """
            files:
              - match: "a.csv"
                header: 4
                fact: feed
                columns:
                  source: {column: S, values: {02: EMR, "1": BILLING, "true": EMR, ~: EMR}}
                  completeUntil:
            """
                .replace("completeUntil:\n", "completeUntil: Until\n      zone:\n"),
            "T1");

    assertThat(document)
        .contains("\"tenant\" : \"T1\"", "\"header\" : 4", "\"02\" : \"EMR\"")
        .contains("\"true\" : \"EMR\"")
        .doesNotContain("zone");
  }

  @Test
  void aDocumentIsOfOneTenantAndCanBeUsed() {
    assertThatThrownBy(() -> TenantMapping.document("mapping", "tenant: T2", "T1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("T2");
    assertThatThrownBy(() -> TenantMapping.document("mapping", "files: [{match: x}]", "T1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mapping:1");
    assertThat(TenantMapping.document("mapping", "", "T1")).contains("T1");
  }

  @Test
  void aRunReadsByTheTenantsMappingFirst(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("a.txt"), "Source,Until\nEMR,2026-11-04 10:00\n");
    Files.writeString(folder.resolve("b.csv"), "S,U\nBILLING,2026-11-04 10:00\n");
    String entry = "- {match: %s, fact: feed, columns: {source: %s, completeUntil: %s}}\n";
    Files.writeString(
        folder.resolve("mapping.yaml"),
        "tenant: T2\nfiles:\n"
            + entry.formatted("a.txt", "no", "no")
            + entry.formatted("b.csv", "S", "U"));
    TenantMapping first =
        TenantMapping.of("company", "files:\n" + entry.formatted("a.txt", "Source", "Until"))
            .named("T1");

    InputFolder opened =
        InputFolder.open(
            folder, null, first, new RunTime(null, Instant.parse("2026-11-28T12:00:00Z")));

    List<String> facts = new ArrayList<>();
    assertThat(
            opened.readInto(
                new FactSink() {
                  @Override
                  public void fact(org.apache.avro.specific.SpecificRecord fact, Instant knownAt) {
                    facts.add(fact.get(0) + " " + fact.toString().contains("EMR"));
                  }

                  @Override
                  public void deadLetter(org.visitbalance.output.DeadLetter letter) {
                    throw new AssertionError(letter.getReason());
                  }
                },
                false,
                1))
        .isEqualTo(2);
    assertThat(facts).containsExactlyInAnyOrder("T1 true", "T2 false");
  }
}
