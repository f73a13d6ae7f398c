package org.visitbalance.intake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Parts of a collection, each handled at once, so that a large file needs little memory. */
final class Slices {
  private static final int MOST = 2000;

  private Slices() {}

  /** Returns the elements in their order, some in each list. */
  static <T> List<List<T>> of(Collection<T> all) {
    List<T> list = List.copyOf(all);
    List<List<T>> slices = new ArrayList<>();
    for (int from = 0; from < list.size(); from += MOST) {
      slices.add(list.subList(from, Math.min(list.size(), from + MOST)));
    }
    return slices;
  }
}
