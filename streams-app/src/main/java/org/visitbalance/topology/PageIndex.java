package org.visitbalance.topology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of a patient may have an entry, by the hash of its ID: what an entry costs must not
 * grow with the number of pages. Of an ID that has left its page it is wrong until it is made anew,
 * and the page tells so.
 */
final class PageIndex {
  private static final int SMALLEST = 1 << 10;
  private static final int SLOT_BYTES = 4;

  /** Spreads hashes of which the last bits alone differ: 2 to the 32nd by the golden ratio. */
  private static final int SPREAD = 0x9E3779B9;

  private final List<EntryPage> pages;
  private @Nullable EntryPage[] slots = new EntryPage[SMALLEST];
  private int taken;

  /**
   * Knows some pages as they were written last.
   *
   * @param pages all that there are, now and later
   */
  PageIndex(List<EntryPage> pages) {
    this.pages = pages;
    pages.forEach(this::add);
  }

  /** Returns about how many bytes of memory it takes. */
  long bytes() {
    return (long) SLOT_BYTES * slots.length;
  }

  /** Is told that a page is new, or was written anew. */
  void add(EntryPage page) {
    for (int hash : page.hashes()) {
      int slot = slot(hash);
      while (slots[slot] != null && slots[slot] != page) {
        slot = next(slot);
      }
      if (slots[slot] == null) {
        slots[slot] = page;
        taken++;
      }
    }
    if (2 * taken > slots.length) {
      slots = new EntryPage[2 * slots.length];
      taken = 0;
      pages.forEach(this::add);
    }
  }

  /** Returns the place of an entry, or null if it is on no page. */
  EntryPage.@Nullable Place find(byte[] id, int hash) {
    EntryPage last = null;
    for (int slot = slot(hash); slots[slot] != null; slot = next(slot)) {
      EntryPage page = slots[slot];
      EntryPage.Place place = page == null || page == last ? null : page.find(id, hash);
      if (place != null) {
        return place;
      }
      last = page;
    }
    return null;
  }

  private int slot(int hash) {
    return (hash * SPREAD) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
  }

  private int next(int slot) {
    return slot + 1 & slots.length - 1;
  }
}
