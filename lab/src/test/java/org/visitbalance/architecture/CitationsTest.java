package org.visitbalance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What sources and documents cite is there for their reader. */
class CitationsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** A page of the documentation with a place on it: {@code rules.md#matching}. */
  private static final Pattern PLACE = Pattern.compile("\\b([a-z-]+)\\.md#([a-zA-Z0-9-]+)");

  /** A link to a file, perhaps to a place in it. */
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:\\s]+)(?:#[^)\\s]*)?\\)");

  /** A page that only the authors of the program have. */
  private static final Pattern PRIVATE = Pattern.compile("\\bdomain\\.md\\b|\\bsection \\d+ of\\b");

  private static final Pattern ANY_PAGE = Pattern.compile("\\b[a-z-]+\\.md\\b");

  @Test
  void eachCitedPlaceExists() throws IOException {
    List<String> missing = new ArrayList<>();
    for (Path source : sources(".java", ".avsc", ".md", ".yaml", ".js")) {
      for (MatchResult cited : PLACE.matcher(Files.readString(source)).results().toList()) {
        Path page = page(source, cited.group(1));
        if (page == null || !anchors(page).contains(cited.group(2))) {
          missing.add(ROOT.relativize(source) + " cites " + cited.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void eachLinkOfADocumentLeadsToAFile() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : sources(".md")) {
      // The desk's page is read in the package, where other files are.
      if (document.toString().contains("/src/bundle/")) {
        continue;
      }
      for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
        if (!Files.exists(document.resolveSibling(link.group(1)))) {
          broken.add(ROOT.relativize(document) + " links to " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void noSourceCitesAPageThatItsReaderLacks() throws IOException {
    for (Path source : sources(".java", ".md", ".yaml", ".js")) {
      if (!source.endsWith("CitationsTest.java")) {
        assertThat(Files.readString(source)).as(source.toString()).doesNotContainPattern(PRIVATE);
      }
    }
  }

  /** They go to a customer's registry, where there are no documents. */
  @Test
  void schemasStandAlone() throws IOException {
    for (Path schema : sources(".avsc")) {
      assertThat(Files.readString(schema)).as(schema.toString()).doesNotContainPattern(ANY_PAGE);
    }
  }

  private static Path page(Path source, String name) {
    return Stream.of(ROOT.resolve("docs"), ROOT, source.getParent())
        .map(folder -> folder.resolve(name + ".md"))
        .filter(Files::exists)
        .findFirst()
        .orElse(null);
  }

  /** What an anchor or a heading, by the rules of common viewers, can be linked by. */
  private static List<String> anchors(Path page) throws IOException {
    List<String> anchors = new ArrayList<>();
    String text = Files.readString(page);
    Pattern.compile("<a id=\"([^\"]+)\">")
        .matcher(text)
        .results()
        .forEach(a -> anchors.add(a.group(1)));
    Pattern.compile("(?m)^#+ (.*)$")
        .matcher(text)
        .results()
        .map(
            heading ->
                heading
                    .group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9 _-]", "")
                    .replace(' ', '-'))
        .forEach(anchors::add);
    return anchors;
  }

  private static List<Path> sources(String... ends) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> Stream.of(ends).anyMatch(end -> file.toString().endsWith(end)))
          .filter(
              file ->
                  !ROOT.relativize(file)
                      .toString()
                      .matches("(.*/)?(target|history|node_modules|\\.git)/.*"))
          .toList();
    }
  }
}
