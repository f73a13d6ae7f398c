package org.visitbalance.platform.serde;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Patience;

/**
 * Waits until the registry was asked for the schema of a record. Only so many questions are asked
 * in a second; where many records name unknown schemas, one whose schema is there waits its turn.
 */
public final class SchemaTurn {
  private static final Duration PATIENCE = Duration.ofDays(1);
  private static final Duration BREATH = Duration.ofMillis(100);

  private SchemaTurn() {}

  /**
   * Decodes something, again and again while the registry was not asked for its schema.
   *
   * @throws NotYetDecodableException if the registry does not know the schema or does not answer
   */
  public static <T> @Nullable T await(Supplier<? extends @Nullable T> decoding) {
    AtomicReference<@Nullable T> decoded = new AtomicReference<>();
    Patience.await(
        "the schema registry to be asked for a schema",
        PATIENCE,
        BREATH,
        () -> {
          try {
            decoded.set(decoding.get());
            return true;
          } catch (NotYetDecodableException e) {
            if (e.isUnasked()) {
              return false;
            }
            throw e;
          }
        });
    return decoded.get();
  }
}
