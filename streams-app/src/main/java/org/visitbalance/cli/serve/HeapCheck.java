package org.visitbalance.cli.serve;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import org.jspecify.annotations.Nullable;

/**
 * Whether Java's young generation leaves enough of the heap for what stays. The launchers give it a
 * fixed size; with a small heap of one's own, it has to be made smaller too (docs/sizing.md).
 */
final class HeapCheck {
  private HeapCheck() {}

  /** Returns what is wrong with the heap of this process, and what to do; null if nothing is. */
  static @Nullable String problem() {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getUsage();
      if (pool.getName().endsWith("Old Gen") && usage != null) {
        return problem(heap, usage.getMax());
      }
    }
    return null;
  }

  static @Nullable String problem(long heap, long old) {
    if (heap < 0 || old < 0 || old >= heap / 2) {
      return null;
    }
    return ("only %d of %d MB of the heap are left for what stays in it, because Java's young"
            + " generation has the rest; add -Xmn%dm to VISIT_BALANCE_OPTS, or to the options of"
            + " your own java command")
        .formatted(old >> 20, heap >> 20, (heap >> 20) * 3 / 10);
  }
}
