package org.visitbalance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The borders between the packages: arrows point inward only, and siblings do not know each other.
 */
class ArchitectureTest {
  private static final String ROOT = "org.visitbalance.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.visitbalance");

  private static final String[] VOCABULARY = {
    ROOT + "fact..", ROOT + "settings..", ROOT + "output..", ROOT + "state.."
  };

  @Test
  void theCoreKnowsJavaAndItsVocabularyOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + "core..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            Stream.concat(
                    Stream.of(VOCABULARY),
                    Stream.of(
                        ROOT + "core..",
                        "java..",
                        "javax.crypto..",
                        "org.apache.avro.specific..",
                        "org.apache.avro.generic..",
                        "org.jspecify.."))
                .toArray(String[]::new))
        .check(CLASSES);
  }

  @ParameterizedTest
  @CsvSource({
    "core, ''",
    "platform, ''",
    "fold, core",
    "ingest, core platform",
    "report, core platform",
    "scenario, core platform",
    "topology, core platform.serde",
    "service, core platform topology",
    "query, core platform topology",
    "alerts, core platform topology",
    "audit, core platform topology fold report",
    "cli, core platform topology service fold ingest report scenario query audit alerts",
  })
  void arrowsPointInward(String name, String known) {
    Stream<String> packages =
        Stream.concat(Stream.of(name), Stream.of(known.split(" ", -1)).filter(s -> !s.isEmpty()));
    String[] allowed =
        Stream.concat(Stream.of(VOCABULARY), packages.map(one -> ROOT + one + ".."))
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("org.visitbalance..").and(not(resideInAnyPackage(allowed))))
        .check(CLASSES);
  }

  @Test
  void packagesMakeNoCircles() {
    SlicesRuleDefinition.slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void timeIsAnInputExceptWhereTheOutsideBegins() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "cli..", ROOT + "platform..")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDate.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(ZonedDateTime.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .check(CLASSES);
  }

  @Test
  void nothingIsPrintedOrLoggedBehindTheCommandsBack() {
    noClasses()
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }
}
