package org.visitbalance.lab.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.intake.RunningIntake;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.intake.Expectation;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.platform.Folders;
import org.visitbalance.scenario.LivingCompany;
import org.visitbalance.scenario.NightlyFiles;
import org.visitbalance.topology.TopologyOptions;

/**
 * The folder into which the company's systems deliver their files each night, and the intake that
 * reads them. Nothing is left of it when it is closed.
 */
final class Deliveries implements AutoCloseable {
  private static final String NO_PREFIX = "";
  private static final LocalTime LATE_AFTER = LocalTime.of(5, 30);

  private final Path root;
  private final NightlyFiles files;
  private final RunningIntake intake;

  private Deliveries(Path root, NightlyFiles files, RunningIntake intake) {
    this.root = root;
    this.files = files;
    this.intake = intake;
  }

  /**
   * Opens an empty folder; the company's settings must be on their topic.
   *
   * @param clock the company's clock
   */
  static Deliveries open(
      LivingCompany company,
      Map<String, Object> clients,
      TopologyOptions.Serdes serdes,
      InstantSource clock) {
    Path root = null;
    try {
      root = Files.createTempDirectory("visit-balance-files");
      Path in = Files.createDirectory(root.resolve("in"));
      Path staging = Files.createDirectory(root.resolve("staging"));
      NightlyFiles files = new NightlyFiles(company, in, staging);
      Path mapping = Files.writeString(root.resolve("mapping.yaml"), files.mapping());
      IntakeFolder folder =
          new IntakeFolder(
              in,
              company.settings().get(0).getTenant(),
              mapping,
              Duration.ZERO,
              IntakeFolder.IGNORED,
              null,
              root.resolve("archive"),
              root.resolve("quarantine"),
              List.of(
                  nightly(NightlyFiles.VISITS, FeedSource.EMR),
                  nightly(NightlyFiles.CHARGES, FeedSource.BILLING)),
              false,
              false);
      RunningIntake intake =
          RunningIntake.start(
              clients, serdes, NO_PREFIX, List.of(folder), root.resolve("intake"), clock);
      return new Deliveries(root, files, intake);
    } catch (IOException e) {
      remove(root);
      throw new UncheckedIOException("the folder for the demo's files cannot be used", e);
    } catch (RuntimeException e) {
      remove(root);
      throw e;
    }
  }

  private static Expectation nightly(String name, FeedSource completes) {
    return new Expectation(
        name + "*.csv", LATE_AFTER, EnumSet.allOf(DayOfWeek.class), completes, false);
  }

  private static void remove(@Nullable Path root) {
    if (root != null) {
      Folders.delete(root);
    }
  }

  /** Returns when the files of the next night are due. */
  Instant due() {
    return files.due();
  }

  /**
   * Delivers the files that are due by a moment, and returns when their facts are on the topics.
   *
   * @return whether there were files
   */
  boolean deliver(Instant now) {
    try {
      boolean any = files.deliver(now);
      if (any) {
        intake.look();
      }
      return any;
    } catch (IOException e) {
      throw new UncheckedIOException("the night's files cannot be delivered", e);
    }
  }

  RunningIntake intake() {
    return intake;
  }

  @Override
  public void close() {
    intake.close();
    Folders.delete(root);
  }
}
