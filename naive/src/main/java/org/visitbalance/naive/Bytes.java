package org.visitbalance.naive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Comparator;

/** Texts in the order of their UTF-8 bytes. */
final class Bytes {
  static final Comparator<String> ORDER =
      (one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));

  private Bytes() {}
}
