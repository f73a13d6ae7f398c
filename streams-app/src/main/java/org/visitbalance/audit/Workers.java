package org.visitbalance.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Works on partitions with a limited number of threads. */
final class Workers {
  private Workers() {}

  /**
   * Does the work for each partition; a failure in one of them ends all.
   *
   * @throws AuditException if the calling thread is interrupted
   */
  static void run(int threads, int partitions, IntConsumer work) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> parts = new ArrayList<>();
      for (int i = 0; i < partitions; i++) {
        int partition = i;
        parts.add(pool.submit(() -> work.accept(partition)));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AuditException("interrupted; nothing was written");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }
}
