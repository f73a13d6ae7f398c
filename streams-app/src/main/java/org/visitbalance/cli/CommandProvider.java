package org.visitbalance.cli;

import java.util.List;

/**
 * Commands that another module adds to the program. They are found on the class path with {@link
 * java.util.ServiceLoader}, so an image without that module simply does not have them.
 */
public interface CommandProvider {
  /** Commands that the help lists before the program's own. */
  List<Class<?>> first();

  /** Commands that the help lists after the program's own. */
  List<Class<?>> last();
}
