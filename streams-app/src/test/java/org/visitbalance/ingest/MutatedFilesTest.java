package org.visitbalance.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files: whatever is in a file, the program neither fails nor hangs, and no row is lost
 * without a word. Each row is a fact, an invalid record, or skipped. {@code
 * -Dvisitbalance.mutations=100000} tries more of them, and {@code -Dvisitbalance.mutations.seed=N}
 * others.
 */
class MutatedFilesTest {
  private static final int MUTATIONS = Integer.getInteger("visitbalance.mutations", 1_000);
  private static final long SEED = Long.getLong("visitbalance.mutations.seed", 16);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private static final List<String> PIECES =
      List.of(
          "\"",
          "\"\"",
          "\",\"",
          "\n\"",
          "\"\n",
          ",",
          ";",
          "\t",
          "|",
          "\n",
          "\r",
          "\r\n",
          "\0",
          "\uFEFF",
          "\u00a0",
          "Total",
          "Grand Total: 7",
          "sep=;\n",
          "1.23457E+11",
          "#N/A",
          "-3",
          "(3.00)",
          "2062",
          "24:00",
          "99999999999999999999",
          "<table>",
          "</tr>",
          "<td rowspan=9>",
          "&#0;",
          "\ud83d\ude00",
          "charge_id",
          ",,,,,,,,,,,,,,,,,,,,",
          "x".repeat(40_000));

  @TempDir Path folder;
  private Inbox inbox;
  private List<byte[]> bases;

  @BeforeEach
  void bases() throws IOException {
    inbox =
        new Inbox(folder)
            .with(
                "mapping.yaml",
                "tenant: T1",
                "zone: America/New_York",
                "files:",
                "  - match: \"*.csv\"",
                "    profile: revflow-billing-charges",
                "    fillDown: [patient_account_number]",
                "    skip: {column: mod2, matches: \"VOID.*\"}");
    StringBuilder text = new StringBuilder();
    StringBuilder page = new StringBuilder("<html><body><table>");
    ByteArrayOutputStream workbook = new ByteArrayOutputStream();
    try (Workbook writer = new Workbook(workbook, "test", "1.0")) {
      Worksheet sheet = writer.newWorksheet("Charges");
      for (int i = 0; i < 12; i++) {
        List<String> cells = row(i);
        page.append("<tr>");
        for (int j = 0; j < cells.size(); j++) {
          page.append("<td>").append(cells.get(j)).append("</td>");
          sheet.value(i, j, cells.get(j));
        }
        page.append("</tr>\n");
        text.append(String.join(",", cells).replace("memo of", "\"memo, of\nsaid \"\"no\"\"\""));
        text.append('\n');
      }
    }
    String table = text.toString();
    bases =
        List.of(
            table.getBytes(UTF_8),
            ("Billing Charges,,\n\n" + table + "Total,,,,,,24\n").getBytes(UTF_8),
            ("\uFEFF" + table.replace(',', '\t')).getBytes(StandardCharsets.UTF_16LE),
            table.replace(',', '|').replace("\n", "\r\n").getBytes(UTF_8),
            page.append("</table></body></html>").toString().getBytes(UTF_8),
            workbook.toByteArray());
  }

  private static List<String> row(int number) {
    return number == 0
        ? List.of(
            "charge_id",
            "patient_account_number",
            "date_of_service",
            "charge_date",
            "cpt_code",
            "mod2",
            "units",
            "charge_amount",
            "place_of_service_id",
            "treating_therapist_id",
            "memo")
        : List.of(
            "50" + number,
            number % 3 == 0 ? "" : "A" + number,
            "11/4/2026",
            "11/4/2026 5:09 PM",
            "97110",
            number == 5 ? "VOID" : "GP",
            "2",
            "90.00",
            "DTN",
            "TH1",
            number % 4 == 0 ? "memo of" : "");
  }

  @Test
  void everyRowIsAFactAnInvalidRecordOrSkipped() {
    Random random = new Random(SEED);
    int read = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] base = bases.get(random.nextInt(bases.size()));
      byte[] mutated = base;
      for (int step = random.nextInt(4); step >= 0; step--) {
        mutated = mutated(mutated, random);
      }
      inbox.with("b.csv", mutated);
      Instant begun = Instant.now();
      try {
        inbox.read();
        read++;
      } catch (InputException e) {
        assertThat(e.getMessage()).as("mutation " + i).startsWith("b.csv");
        continue;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("mutation " + i, e);
      }
      assertThat(Duration.between(begun, Instant.now())).as("mutation " + i).isLessThan(LONGEST);
      RowCount count = inbox.counts().get(0);
      assertThat(inbox.facts().size() + inbox.deadLetters().size() + count.skipped)
          .as("mutation " + i)
          .isEqualTo(count.rows);
    }
    assertThat(read).as("most can still be read").isGreaterThan(MUTATIONS / 3);
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 200));
    return switch (random.nextInt(7)) {
      case 0 -> {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        yield flipped;
      }
      case 1 -> joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
      case 2 -> Arrays.copyOf(bytes, at);
      case 3 -> joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
      default -> {
        byte[] piece = PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8);
        yield joined(
            joined(Arrays.copyOf(bytes, at), piece), Arrays.copyOfRange(bytes, at, bytes.length));
      }
    };
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] joined = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, joined, one.length, other.length);
    return joined;
  }
}
