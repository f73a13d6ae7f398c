package org.visitbalance.intake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Parts of a collection. */
final class Slices {
  private Slices() {}

  /** Returns the elements in their order, some in each list. */
  static <T> List<List<T>> of(Collection<T> all, int most) {
    List<T> list = List.copyOf(all);
    List<List<T>> slices = new ArrayList<>();
    for (int from = 0; from < list.size(); from += most) {
      slices.add(list.subList(from, Math.min(list.size(), from + most)));
    }
    return slices;
  }
}
