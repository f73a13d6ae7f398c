package org.visitbalance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into the packages: their libraries, their launchers, and their units. */
class PackagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path LAUNCHERS = ROOT.resolve("dist/src/launchers");
  private static final Pattern OPTION_FILE = Pattern.compile("options[\\\\/]([a-z]+)\\.args");
  private static final Pattern COMMAND = Pattern.compile("[a-z-]+");

  /** The build writes the jars of the bundles before the tests run. */
  @Test
  void bundlesHaveExactlyTheJarsThatAreListedWithTheirLicenses() throws IOException {
    List<String> jars =
        found(Path.of("target", "bundle-jars.txt"), " *([^: ]+:[^: ]+):jar:([^: ]+):.*");

    assertThat(jars).hasSizeGreaterThan(60);
    assertThat(
            found(
                ROOT.resolve("THIRD-PARTY.md"),
                "\\| `([^`]+)` \\| ([^ ]+) \\| [A-Za-z0-9. -]+ \\|"))
        .as("after a change of dependencies, update THIRD-PARTY.md from the SBOM")
        .isEqualTo(jars);
  }

  private static List<String> found(Path file, String shape) throws IOException {
    Pattern pattern = Pattern.compile(shape);
    return Files.readAllLines(file).stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(match -> match.group(1) + " " + match.group(2))
        .sorted()
        .toList();
  }

  private static String windows() throws IOException {
    return Files.readString(LAUNCHERS.resolve("visit-balance.cmd"));
  }

  /** Windows loses labels in batch files that do not end their lines as it does. */
  @Test
  void theLauncherForWindowsHasTheLineEndsOfWindowsInEveryCheckout() throws IOException {
    assertThat(windows().replace("\r\n", "")).doesNotContain("\n").doesNotContain("\r");
    assertThat(Files.readAllLines(ROOT.resolve(".gitattributes"))).contains("*.cmd text eol=crlf");
    assertThat(windows()).matches("\\p{ASCII}*");
  }

  @Test
  void theLauncherForWindowsQuotesEveryPathAndPassesEveryArgument() throws IOException {
    List<String> calls = windows().lines().filter(line -> line.contains("-jar ")).toList();
    assertThat(calls)
        .hasSize(2)
        .allMatch(line -> line.startsWith("\"%java%\" \"@%options%\\all.args\" "))
        .allMatch(
            line -> line.contains(" %VISIT_BALANCE_OPTS% -jar \"%home%app\\visit-balance.jar\" "));
    assertThat(calls.get(0)).endsWith(" %*");
    assertThat(calls.get(1)).endsWith(" balance --input \"%folder%\" --open");

    // Outside of quotation marks, a name with a space or an ampersand would fall apart.
    for (String line : windows().lines().filter(line -> !line.startsWith("rem")).toList()) {
      String unquoted = line.replaceAll("\"[^\"]*\"", "");
      assertThat(unquoted)
          .as(line)
          .doesNotContain("%home%", "%options%", "%java%", "%folder%", "%place%", "%~", "%first");
    }
  }

  @Test
  void theLauncherForWindowsEndsWithTheProgramsStatusAndWaitsForNoCommand() throws IOException {
    List<String> lines = windows().lines().toList();
    assertThat(lines).contains("setlocal EnableExtensions DisableDelayedExpansion");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("exit /b %status%");
    assertThat(lines.stream().filter(line -> line.contains("exit /b")))
        .allMatch(line -> line.endsWith("exit /b %status%"));
    // Without /1, the launcher would forget its own name.
    assertThat(lines.stream().filter(line -> line.startsWith("shift"))).containsOnly("shift /1");
    int wait = lines.indexOf(":wait");
    assertThat(lines.indexOf("pause")).isEqualTo(wait + 1);
    assertThat(lines.subList(lines.indexOf(":last"), wait))
        .contains("if \"%how%\"==\"command\" exit /b %status%");
    for (String line : lines) {
      Matcher jump = Pattern.compile(".*\\bgoto ([a-z]+)").matcher(line);
      if (!line.startsWith("rem") && jump.matches()) {
        assertThat(lines).contains(":" + jump.group(1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dist/src/launchers/visit-balance", "bin/visit-balance"})
  void theLaunchersGiveACommandTheSameOptions(String launcher) throws IOException {
    Map<String, List<String>> there = new TreeMap<>();
    options(Files.readString(ROOT.resolve(launcher)), "(?m)^  ([a-z |-]+)\\)((?s).*?);;", there);
    Map<String, List<String>> onWindows = new TreeMap<>();
    options(windows(), "for %%C in \\(([a-z -]+)\\) do if \"%first%\"==\"%%C\"(.*)", onWindows);

    assertThat(onWindows).containsKeys("balance", "audit", "demo", "serve");
    // In a checkout, an instance that runs out of memory stays for whoever looks at it.
    onWindows.values().removeIf(files -> launcher.startsWith("bin/") && files.contains("service"));
    there.values().removeIf(List::isEmpty);
    assertThat(there).isEqualTo(onWindows);
  }

  private static void options(String text, String shape, Map<String, List<String>> options) {
    Matcher branch = Pattern.compile(shape).matcher(text);
    while (branch.find()) {
      String plain = branch.group(2).replace("%options%", "options").replace("$options", "options");
      List<String> files =
          OPTION_FILE.matcher(plain).results().map(match -> match.group(1)).toList();
      assertThat(files)
          .allMatch(file -> Files.exists(ROOT.resolve("bin/options/" + file + ".args")));
      COMMAND
          .matcher(branch.group(1))
          .results()
          .forEach(command -> options.put(command.group(), files));
    }
  }

  /**
   * A service reads its own folder, gets up again whatever its exit status, and waits to be set up.
   */
  @ParameterizedTest
  @ValueSource(strings = {"visit-balance", "visit-balance-alerts", "visit-balance-intake"})
  void aUnitIsRestartedAfterEveryFailureAndStartsNothingUnconfigured(String unit)
      throws IOException {
    List<String> lines =
        Files.readAllLines(ROOT.resolve("dist/src/deb/systemd/" + unit + ".service"));

    assertThat(lines)
        .contains("Restart=on-failure", "StartLimitIntervalSec=0", "NoNewPrivileges=yes")
        .contains("ProtectSystem=strict", "User=" + unit, "UMask=0077")
        .noneMatch(line -> line.startsWith("RestartPreventExitStatus"))
        .anyMatch(line -> line.startsWith("ConditionPathExists=/etc/visit-balance/"));
    assertThat(Files.readString(ROOT.resolve("dist/src/deb/control/postinst")))
        .contains("prepare " + unit + " ", "start_again " + unit + "\n");
    assertThat(Files.readString(ROOT.resolve("dist/src/deb/control/prerm")))
        .contains("stop " + unit + " ");
    try (Stream<Path> scripts = Files.list(ROOT.resolve("dist/src/deb/control"))) {
      assertThat(scripts)
          .allSatisfy(script -> assertThat(script).content().doesNotContain("systemctl enable"));
    }
  }
}
