package org.visitbalance.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A matcher that accepts everything would prove nothing. */
class CaseExpectationsTest {
  private static final String V1 = proposal("A", "97110", 2);
  private static final String V2 = proposal("B", "97140", 0);

  @TempDir Path folder;

  @Test
  void onePartialObjectIsMatchedByOneLine() throws IOException {
    assertThat(problems("{'capProposals':[{'payerId':'A','cap':2},{'payerId':'B'}]}", V1, V2))
        .isEmpty();
  }

  @Test
  void aFieldThatDiffersIsNamed() throws IOException {
    assertThat(problems("{'capProposals':[{'payerId':'A','cap':3}]}", V1))
        .containsExactly("capProposals [A] cap: expected 3, got 2");
  }

  @Test
  void aLineThatIsNotThereIsMissed() throws IOException {
    assertThat(problems("{'capProposals':[{'payerId':'C'}]}", V1))
        .containsExactly("capProposals [C]: no such line; there are: [[A, 97110, 2026-11]]");
  }

  @Test
  void linesOfAnotherTenantDoNotCount() throws IOException {
    String others = V1.replace("case-900", "case-901");
    assertThat(problems("{'capProposals':[{'payerId':'A'}]}", others)).hasSize(1);
    assertThat(problems("{'capProposals':[{'tenant':'case-901','payerId':'A'}]}", others))
        .isEmpty();
  }

  @Test
  void twoLinesAreOneTooMany() throws IOException {
    assertThat(problems("{'capProposals':[{'month':'2026-11'}]}", V1, V2))
        .containsExactly("capProposals [2026-11]: 2 lines match, expected exactly one");
  }

  @Test
  void whatMustBeAbsentIsFound() throws IOException {
    assertThat(problems("{'absent':{'capProposals':[{}]}}", V1)).hasSize(1);
    assertThat(problems("{'absent':{'capProposals':[{'cap':7}]}}", V1)).isEmpty();
  }

  @Test
  void nullIsAbsent() throws IOException {
    assertThat(problems("{'capProposals':[{'payerId':'A','never':null}]}", V1)).isEmpty();
  }

  @Test
  void theOrderOfLinesIsTheContracts() throws IOException {
    assertThat(problems("{}", V2, V1)).singleElement().asString().contains("comes after");
  }

  @Test
  void theOrderOfFieldsIsTheContracts() throws IOException {
    String turned =
        V1.replace("'cap':2,'support':20".replace('\'', '"'), "\"support\":20,\"cap\":2");
    assertThat(problems("{}", turned)).singleElement().asString().contains("has the fields");
  }

  @Test
  void deadLettersAreCountedWhereTheyAreGiven() throws IOException {
    CaseExpectations one = expecting("{'deadLetters':2}");
    Map<String, List<String>> files = files(V1);
    assertThat(one.problems(files)).isEmpty();
    files.put(
        "dead-letters.jsonl", List.of("{\"source\":\"facts.jsonl\",\"line\":3,\"reason\":\"-\"}"));
    assertThat(one.problems(files)).containsExactly("deadLetters: expected 2, got 1");
  }

  private List<String> problems(String expected, String... proposals) throws IOException {
    return expecting(expected).problems(files(proposals));
  }

  private CaseExpectations expecting(String expected) throws IOException {
    Path own = Files.createDirectories(folder.resolve("900-of-a-test"));
    Files.writeString(own.resolve("expected.json"), expected.replace('\'', '"'));
    return CaseExpectations.of(own);
  }

  private static Map<String, List<String>> files(String... proposals) {
    Map<String, List<String>> files = new TreeMap<>();
    for (String name :
        List.of(
            "balances", "items", "visits", "discrepancies", "late-arrivals", "unit-variances")) {
      files.put(name + ".jsonl", List.of());
    }
    files.put("cap-proposals.jsonl", List.of(proposals));
    return files;
  }

  private static String proposal(String payerId, String cpt, int cap) {
    return ("{'tenant':'case-900','payerId':'"
            + payerId
            + "','cpt':'"
            + cpt
            + "',"
            + "'month':'2026-11','cap':"
            + cap
            + ",'support':20}")
        .replace('\'', '"');
  }
}
