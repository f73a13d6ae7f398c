package org.visitbalance.platform.serde;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Patience;

/** Waits for schemas that the registry does not know yet, until its patience is over. */
public final class SchemaPatience {
  private static final Duration BREATH = Duration.ofMillis(200);

  /** Longer than any registry's patience, after which an answer is final. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private SchemaPatience() {}

  /**
   * Reads something, again and again while the registry does not know its schema.
   *
   * @param reading throws {@link NotYetDecodableException} if the schema is not available
   * @throws NotYetDecodableException if the registry does not answer
   */
  public static <T> @Nullable T await(Supplier<? extends @Nullable T> reading) {
    return await(reading, NotYetDecodableException::isUnknown);
  }

  /**
   * Reads something, again and again while the registry was not asked for its schema. Only so many
   * questions are asked in a second; where many records name unknown schemas, one whose schema is
   * there waits its turn.
   *
   * @param reading throws {@link NotYetDecodableException} if the schema is not available
   * @throws NotYetDecodableException if the registry does not know the schema or does not answer
   */
  public static <T> @Nullable T awaitTurn(Supplier<? extends @Nullable T> reading) {
    return await(reading, NotYetDecodableException::isUnasked);
  }

  private static <T> @Nullable T await(
      Supplier<? extends @Nullable T> reading, Predicate<NotYetDecodableException> isToWait) {
    List<@Nullable T> read = new ArrayList<>(1);
    Patience.await(
        "a schema",
        PATIENCE,
        BREATH,
        () -> {
          try {
            return read.add(reading.get());
          } catch (NotYetDecodableException e) {
            if (!isToWait.test(e)) {
              throw e;
            }
            return false;
          }
        });
    return read.get(0);
  }
}
