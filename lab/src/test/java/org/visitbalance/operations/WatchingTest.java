package org.visitbalance.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Prometheus' rules and Grafana's dashboard; the tools of Debian's packages judge them. */
@Tag("slow")
class WatchingTest {
  private static final Path OPS = ComposeFile.ROOT.resolve("ops");
  private static final Pattern METRIC = Pattern.compile("visit_balance_[a-z_]+");

  @ParameterizedTest
  @CsvSource({
    "promtool, check, config, prometheus/prometheus.yml",
    "promtool, check, rules, prometheus/alerts.yml",
    "promtool, test, rules, prometheus/alerts-test.yml",
    "amtool, check-config, '', alertmanager/alertmanager.yml",
  })
  void theToolsSayThatAllIsWell(String tool, String verb, String noun, String file)
      throws IOException, InterruptedException {
    assumeTrue(isOnPath(tool), tool + " is not installed");
    List<String> command =
        Stream.of(tool, verb, noun, OPS.resolve(file).toString())
            .filter(w -> !w.isEmpty())
            .toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }

  @Test
  void eachAlertSaysWhoHearsItAndWhatToDo() {
    Map<String, Object> rules =
        ComposeFile.map(ComposeFile.yaml(OPS.resolve("prometheus/alerts.yml")));
    int alerts = 0;
    for (Object group : (List<?>) rules.get("groups")) {
      for (Object one : (List<?>) ComposeFile.map(group).get("rules")) {
        Map<String, Object> rule = ComposeFile.map(one);
        assertThat(ComposeFile.map(rule.get("labels")).get("severity")).isIn("page", "work");
        assertThat(ComposeFile.map(rule.get("annotations"))).containsKeys("summary", "action");
        alerts++;
      }
    }
    assertThat(alerts).isPositive();
  }

  @Test
  void theDashboardShowsWhatTheAlertsAreAbout() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(OPS.resolve("grafana/dashboards/visit-balance.json").toFile());
    StringBuilder shown = new StringBuilder();
    for (JsonNode panel : dashboard.get("panels")) {
      if (!panel.get("type").asText().equals("row")) {
        assertThat(panel.get("targets")).as("%s", panel.get("title")).isNotEmpty();
        panel.get("targets").forEach(target -> shown.append(target.get("expr")).append('\n'));
      }
    }
    String alerts = Files.readString(OPS.resolve("prometheus/alerts.yml"));

    Set<String> ours = metrics(alerts);

    assertThat(metrics(shown.toString())).containsAll(ours);
  }

  private static Set<String> metrics(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }

  private static boolean isOnPath(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }
}
