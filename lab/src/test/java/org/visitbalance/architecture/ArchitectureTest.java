package org.visitbalance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The borders between modules and packages. */
class ArchitectureTest {
  private static final String ROOT = "org.visitbalance";

  /**
   * The modules, their packages, and the packages that each package knows. All of these are above
   * it: there are no cycles, and a module knows only modules above it. Every package may know the
   * records of the schemas. What is known only for a constant does not show: the compiler copies
   * constants.
   */
  private static final List<String> BORDERS =
      """
      schemas:
        fact:
        settings:
        output:
        state:
      naive:
        naive:
      core:
        core:
        text: core
        insight: core text
        fold: core insight
        report: core text
        report.html: core text report
        table: text
        report.files: core text table report report.html
      streams-app:
        platform:
        platform.registry: text
        platform.serde: platform platform.registry
        topology: core insight platform.serde
        service: platform platform.registry platform.serde topology
        ingest: core text
        ingest.hl7: text ingest
        intake.sftp:
        query:
        query.access: platform
        query.signin: platform query.access
        query.model: core text platform platform.registry platform.serde topology
        query.request: core text query.access query.model
        query.lists: core insight text table platform topology query.access query.model query.request
        query.commands: query.access query.lists query.model query.request
        query.decisions: core text platform topology query.access query.lists query.model query.request
        query.closes: core platform query.access query.commands query.lists query.model query.request
        query.settings: text query.access query.commands query.lists query.model query.request
        query.http: core platform topology query.access query.closes query.commands query.decisions query.lists
          query.model query.request query.settings query.signin
        intake: core platform platform.serde topology ingest ingest.hl7
        intake.hl7: ingest ingest.hl7 intake
        alerts: core text platform platform.serde topology
        audit: core text fold report report.files report.html platform platform.serde topology
        cli: core text platform ingest alerts audit
        cli.alerts: core text platform.serde topology service ingest alerts cli
        cli.audit: core text platform platform.serde topology service ingest audit cli
        cli.cluster: topology service cli
        cli.files: core text fold report report.files report.html platform.serde topology service ingest
          cli
        cli.intake: core platform platform.serde topology service ingest ingest.hl7 query.request intake
          intake.hl7 intake.sftp cli
        cli.letters: text platform.serde topology service query.request cli
        cli.serve: core platform platform.registry platform.serde topology service ingest query.access
          query.closes query.http query.model query.request query.settings query.signin audit cli
          cli.intake
        Main: cli cli.alerts cli.audit cli.cluster cli.files cli.intake cli.letters cli.serve
      embedded:
        embedded: platform platform.registry
      lab:
        scenario: core text
        lab.bench: core fold platform platform.serde topology service query.access query.http query.model
          query.request query.settings audit intake intake.hl7 cli.intake cli.serve Main scenario
        lab.ports: embedded
        lab.demo: platform platform.serde topology service query.access query.http query.model intake
          cli cli.intake cli.serve embedded scenario lab.ports
        lab.start: platform platform.serde topology service ingest query.http query.model query.signin
          intake cli cli.files cli.intake cli.serve embedded lab.ports
        lab.faults: naive core platform platform.registry platform.serde topology service Main
          embedded scenario
        lab: core platform platform.serde topology service cli cli.files embedded scenario lab.bench
          lab.demo lab.faults lab.ports lab.start
      """
          .replace("\n    ", " ")
          .lines()
          .toList();

  private static final Set<String> RECORDS = Set.of("fact", "settings", "output", "state");

  private static final JavaClasses CLASSES = imported();

  private static JavaClasses imported() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("-tests.jar"))
        // Copies of the modules, which the manifest of a packaged jar names.
        .withImportOption(location -> !location.contains("/target/lib/"))
        .importPackages(ROOT);
  }

  private static final Pattern MODULE = Pattern.compile(".*/([a-z-]+)/target/.*");

  /** The packages of each module. */
  private final Map<String, Set<String>> modules = new TreeMap<>();

  /** What each package knows. */
  private final Map<String, Set<String>> known = new TreeMap<>();

  ArchitectureTest() {
    String module = "";
    for (String line : BORDERS) {
      String[] sides = line.strip().split(":", -1);
      if (!line.startsWith(" ")) {
        module = sides[0];
        modules.put(module, new TreeSet<>());
      } else {
        modules.get(module).add(sides[0]);
        Set<String> others = new TreeSet<>(List.of(sides[1].strip().split(" +")));
        others.remove("");
        assertThat(known.keySet()).as("above " + sides[0]).containsAll(others);
        known.put(sides[0], others);
      }
    }
  }

  @Test
  void eachModuleHasItsPackages() {
    Map<String, Set<String>> found = new TreeMap<>();
    for (JavaClass one : CLASSES) {
      Matcher place = MODULE.matcher(one.getSource().orElseThrow().getUri().toString());
      assertThat(place.matches()).as(place.toString()).isTrue();
      found.computeIfAbsent(place.group(1), any -> new TreeSet<>()).add(name(one));
    }
    assertThat(found).isEqualTo(modules);
  }

  @Test
  void aPackageKnowsOnlyWhatTheTableSays() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass one : CLASSES) {
      for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
        if (isForeign(dependency)
            && !known.getOrDefault(name(one), Set.of()).contains(target(dependency))) {
          wrong.add(
              name(one) + " knows " + target(dependency) + ": " + dependency.getDescription());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void theTableAllowsNothingThatNobodyNeeds() {
    Set<String> allowed = new TreeSet<>();
    known.forEach((name, others) -> others.forEach(other -> allowed.add(name + " knows " + other)));
    for (JavaClass one : CLASSES) {
      for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
        allowed.remove(name(one) + " knows " + target(dependency));
      }
    }
    assertThat(allowed).isEmpty();
  }

  /** Whether it leads to another package of the program, and not to a record of the schemas. */
  private static boolean isForeign(Dependency dependency) {
    JavaClass target = dependency.getTargetClass().getBaseComponentType();
    return target.getPackageName().startsWith(ROOT)
        && !target.getPackageName().equals(dependency.getOriginClass().getPackageName())
        && !RECORDS.contains(name(target));
  }

  private static String target(Dependency dependency) {
    return name(dependency.getTargetClass().getBaseComponentType());
  }

  /** The name of a package in the table; the package of all packages has just the entry point. */
  private static String name(JavaClass one) {
    String name = one.getPackageName();
    return name.equals(ROOT) ? "Main" : name.replace(ROOT + ".", "");
  }

  @Test
  void theSchemasKnowAvroOnly() {
    classes()
        .that()
        .resideInAnyPackage(packages("schemas"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            and(packages("schemas"), "java..", "org.apache.avro..", "jakarta.annotation.."))
        .check(CLASSES);
  }

  @Test
  void theRulesKnowJavaAndTheRecordsOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + ".core")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            and(
                packages("schemas"),
                ROOT + ".core",
                "java.lang..",
                "java.math",
                "java.nio.charset",
                "java.security",
                "java.time..",
                "java.util..",
                "javax.crypto..",
                "org.apache.avro.specific",
                "org.apache.avro.generic",
                "org.jspecify.annotations"))
        .check(CLASSES);
  }

  @Test
  void theLibraryKnowsNoKafka() {
    classes()
        .that()
        .resideInAnyPackage(packages("core"))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            and(
                and(packages("schemas"), packages("core")),
                "java..",
                "javax.crypto..",
                "org.apache.avro..",
                "com.fasterxml.jackson.core..",
                "de.siegmar.fastcsv..",
                "org.dhatim.fastexcel..",
                "org.hipparchus..",
                "org.jspecify.annotations"))
        .check(CLASSES);
  }

  /** The second reading of the rules would be worth nothing if it asked the first one. */
  @Test
  void theNaiveReadingKnowsNothingOfTheRules() {
    JavaClasses naive = new ClassFileImporter().importPackages(ROOT + ".naive");
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Test")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages("core"))
        .check(naive);
  }

  @Test
  void onlyWhatTalksToAClusterKnowsKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".ingest",
            ROOT + ".intake.sftp",
            ROOT + ".query.access",
            ROOT + ".query.closes",
            ROOT + ".query.commands",
            ROOT + ".query.decisions",
            ROOT + ".query.http",
            ROOT + ".query.lists",
            ROOT + ".query.request",
            ROOT + ".query.settings",
            ROOT + ".query.signin",
            ROOT + ".scenario")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void timeIsAnInputExceptWhereTheOutsideBegins() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".cli..", ROOT + ".platform..", ROOT + ".lab..")
        .should()
        .accessTargetWhere(describe("read the system's clock", ArchitectureTest::readsTheClock))
        .check(CLASSES);
  }

  private static boolean readsTheClock(JavaAccess<?> access) {
    String name = access.getName();
    return switch (access.getTargetOwner().getName()) {
      case "java.lang.System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
      case "java.time.InstantSource", "java.time.Clock" -> name.startsWith("system");
      default -> access.getTargetOwner().getPackageName().equals("java.time") && name.equals("now");
    };
  }

  /** The same facts and ticks give the same result: no clock, no dice. */
  @Test
  void whatIsBalancedDependsOnItsInputOnly() {
    noClasses()
        .that()
        .resideInAnyPackage(and(packages("core"), ROOT + ".topology"))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            Clock.class,
            InstantSource.class,
            Random.class,
            RandomGenerator.class,
            SecureRandom.class,
            ThreadLocalRandom.class,
            UUID.class)
        .check(CLASSES);
  }

  @Test
  void nothingIsPrintedOrLoggedBehindTheCommandsBack() {
    // Main asks the stream whether everything was written.
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".Main")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(CLASSES);
  }

  private String[] packages(String module) {
    return modules.get(module).stream().map(name -> ROOT + "." + name).toArray(String[]::new);
  }

  private static String[] and(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
