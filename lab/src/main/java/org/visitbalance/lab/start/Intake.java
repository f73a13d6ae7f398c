package org.visitbalance.lab.start;

import java.nio.file.Path;
import org.visitbalance.cli.serve.QueryService;

/** Reads the files that are put into the data folder. */
@FunctionalInterface
interface Intake {
  /** Reads nothing: files are sent with the command {@code produce}. */
  Intake NONE = (files, state, cluster, tokenKey) -> () -> {};

  /**
   * Starts reading.
   *
   * @param files where files are put
   * @param state where it may keep what it needs
   * @return stops reading; the rest of the installation runs until then
   */
  AutoCloseable start(Path files, Path state, QueryService.Cluster cluster, String tokenKey);
}
