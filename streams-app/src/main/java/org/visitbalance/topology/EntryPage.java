package org.visitbalance.topology;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;

/**
 * Entries of a patient that are stored as one record: each as its ID and its bytes, both after
 * their lengths (docs/adr/0037). What is about a visit is told within a few days, so it lies on the
 * same page, and a commit writes a page or two where it wrote a record for each entry.
 */
final class EntryPage {
  /** The size from which the next new entry goes to another page. */
  static final int FULL = 4 << 10;

  private static final int VALUE_BITS = 7;
  private static final int MORE = 1 << VALUE_BITS;

  /** The bytes of an entry, as part of the page that it was read from. */
  static final class Slice {
    private final byte[] page;
    private final int from;
    private final int length;

    private Slice(byte[] page, int from, int length) {
      this.page = page;
      this.from = from;
      this.length = length;
    }

    int length() {
      return length;
    }

    byte[] bytes() {
      return Arrays.copyOfRange(page, from, from + length);
    }

    boolean isSame(Slice other) {
      return Arrays.equals(
          page, from, from + length, other.page, other.from, other.from + other.length);
    }
  }

  /** An entry to write. */
  record Written(String id, Slice slice) {}

  private EntryPage() {}

  /** Returns all of some bytes. */
  static Slice slice(byte[] bytes) {
    return new Slice(bytes, 0, bytes.length);
  }

  /** Returns the record of a page. */
  static byte[] write(Collection<Written> entries) {
    ByteArrayOutputStream page = new ByteArrayOutputStream(FULL + FULL / 2);
    for (Written entry : entries) {
      byte[] id = entry.id().getBytes(StandardCharsets.UTF_8);
      length(page, id.length);
      page.writeBytes(id);
      Slice slice = entry.slice();
      length(page, slice.length);
      page.write(slice.page, slice.from, slice.length);
    }
    return page.toByteArray();
  }

  /** Passes on the entries of a page. */
  static void read(byte[] page, BiConsumer<String, Slice> entries) {
    int[] at = {0};
    while (at[0] < page.length) {
      int idLength = length(page, at);
      String id = new String(page, at[0], idLength, StandardCharsets.UTF_8);
      at[0] += idLength;
      int length = length(page, at);
      entries.accept(id, new Slice(page, at[0], length));
      at[0] += length;
    }
  }

  /** Returns about how many bytes an entry takes. */
  static int size(String id, int length) {
    return id.length() + length + 2;
  }

  private static void length(ByteArrayOutputStream page, int length) {
    int rest = length;
    while (rest >= MORE) {
      page.write(rest % MORE | MORE);
      rest >>>= VALUE_BITS;
    }
    page.write(rest);
  }

  private static int length(byte[] page, int[] at) {
    int length = 0;
    int shift = 0;
    byte part;
    do {
      part = page[at[0]++];
      length |= (part & (MORE - 1)) << shift;
      shift += VALUE_BITS;
    } while (part < 0);
    return length;
  }
}
