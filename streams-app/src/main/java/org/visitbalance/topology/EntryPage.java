package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a patient that are stored as one record: each as its ID and its bytes, both after
 * their lengths (docs/adr/0037). What is about a visit is told within a few days, so it lies on the
 * same page, and a commit writes a page or two where it wrote a record for each entry.
 *
 * <p>In memory a page is its record and the places of its entries, however many there are: an
 * object for each of them would only be work for the garbage collector (docs/adr/0044).
 */
final class EntryPage {
  /** The size from which the next new entry goes to another page. */
  static final int FULL = 4 << 10;

  private static final int VALUE_BITS = 7;
  private static final int MORE = 1 << VALUE_BITS;
  private static final int HASH_FACTOR = 31;

  /** About how many bytes an entry takes, with its ID. */
  private static final int ENTRY_BYTES = 100;

  /** Where the bytes of an entry are on a page, until that is written. */
  static final class Place {
    private final EntryPage page;
    private final int start;
    private final int from;
    private final int to;

    private Place(EntryPage page, int start, int from, int to) {
      this.page = page;
      this.start = start;
      this.from = from;
      this.to = to;
    }

    EntryPage page() {
      return page;
    }

    byte[] bytes() {
      return Arrays.copyOfRange(page.record, from, to);
    }

    boolean holds(byte @Nullable [] bytes) {
      return bytes != null && Arrays.equals(page.record, from, to, bytes, 0, bytes.length);
    }
  }

  /** What takes the place of a part of the record; without a value, nothing does. */
  private static final class Change {
    final int from;
    final int to;
    final byte[] id;
    final byte @Nullable [] value;

    Change(int from, int to, byte[] id, byte @Nullable [] value) {
      this.from = from;
      this.to = to;
      this.id = id;
      this.value = value;
    }
  }

  private final int number;
  private byte[] record;

  /** Of each entry the hash of its ID and where it starts; null until something is sought. */
  private int @Nullable [] index;

  /** The size of the record after the changes. */
  private int size;

  private final List<Change> changes = new ArrayList<>(0);

  EntryPage(int number, byte[] record) {
    this.number = number;
    this.record = record;
    this.size = record.length;
  }

  int number() {
    return number;
  }

  int size() {
    return size;
  }

  /** Returns whether it is in the store. */
  boolean isWritten() {
    return record.length > 0;
  }

  boolean isChanged() {
    return !changes.isEmpty();
  }

  static int hash(byte[] id) {
    return hash(id, 0, id.length);
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = HASH_FACTOR * hash + bytes[i];
    }
    return hash;
  }

  /** Returns the place of an entry, or null if it was not on this page when that was written. */
  @Nullable Place find(byte[] id, int hash) {
    int[] places = index();
    for (int i = 0; i < places.length; i += 2) {
      if (places[i] == hash) {
        int[] at = {places[i + 1]};
        int length = length(record, at);
        if (Arrays.equals(record, at[0], at[0] + length, id, 0, id.length)) {
          at[0] += length;
          int bytes = length(record, at);
          return new Place(this, places[i + 1], at[0], at[0] + bytes);
        }
      }
    }
    return null;
  }

  /** Returns the hashes of the IDs that were on this page when it was written. */
  int[] hashes() {
    int[] places = index();
    int[] hashes = new int[places.length / 2];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = places[2 * i];
    }
    return hashes;
  }

  private int[] index() {
    int[] places = index;
    if (places == null) {
      places = new int[2 * (1 + record.length / ENTRY_BYTES)];
      int count = 0;
      int[] at = {0};
      while (at[0] < record.length) {
        if (count == places.length) {
          places = Arrays.copyOf(places, 2 * count);
        }
        int start = at[0];
        int length = length(record, at);
        places[count++] = hash(record, at[0], at[0] + length);
        places[count++] = start;
        at[0] += length;
        int bytes = length(record, at);
        at[0] += bytes;
      }
      places = Arrays.copyOf(places, count);
      index = places;
    }
    return places;
  }

  void add(String id, byte[] value) {
    change(record.length, record.length, id, value);
  }

  void replace(Place place, String id, byte[] value) {
    change(place.start, place.to, id, value);
  }

  void remove(Place place) {
    change(place.start, place.to, "", null);
  }

  private void change(int from, int to, String id, byte @Nullable [] value) {
    byte[] idBytes = id.getBytes(UTF_8);
    changes.add(new Change(from, to, idBytes, value));
    size += (value == null ? 0 : size(idBytes.length) + size(value.length)) - (to - from);
  }

  /** Returns whether a page that is already full has room for a value in place of another one. */
  boolean hasRoom(Place place, byte[] value) {
    int others = size - (place.to - place.start);
    return others == 0 || others + place.from - place.start + value.length <= 2 * FULL;
  }

  /** Makes the changes, and returns the record. */
  byte[] write() {
    byte[] written = new byte[size];
    int at = 0;
    int read = 0;
    changes.sort(Comparator.comparingInt(change -> change.from));
    for (Change change : changes) {
      at = append(written, at, record, read, change.from - read);
      if (change.value != null) {
        at = append(written, length(written, at, change.id.length), change.id);
        at = append(written, length(written, at, change.value.length), change.value);
      }
      read = change.to;
    }
    int end = append(written, at, record, read, record.length - read);
    assert end == size;
    changes.clear();
    record = written;
    index = null;
    return written;
  }

  private static int append(byte[] written, int at, byte[] bytes) {
    return append(written, at, bytes, 0, bytes.length);
  }

  private static int append(byte[] written, int at, byte[] bytes, int from, int length) {
    System.arraycopy(bytes, from, written, at, length);
    return at + length;
  }

  /** Passes on the entries in the record of a page. */
  static void read(byte[] record, BiConsumer<String, byte[]> entries) {
    int[] at = {0};
    while (at[0] < record.length) {
      byte[] id = part(record, at);
      entries.accept(new String(id, UTF_8), part(record, at));
    }
  }

  private static byte[] part(byte[] record, int[] at) {
    int length = length(record, at);
    byte[] part = Arrays.copyOfRange(record, at[0], at[0] + length);
    at[0] += length;
    return part;
  }

  /** Adds the IDs that begin like this to others, as they were when the page was written. */
  void ids(byte[] beginning, List<String> ids) {
    int[] at = {0};
    while (at[0] < record.length) {
      int length = length(record, at);
      int from = at[0];
      at[0] += length;
      if (length >= beginning.length
          && Arrays.equals(record, from, from + beginning.length, beginning, 0, beginning.length)) {
        ids.add(new String(record, from, length, UTF_8));
      }
      int bytes = length(record, at);
      at[0] += bytes;
    }
  }

  /** Returns how many bytes a part takes with its length. */
  private static int size(int length) {
    int size = length + 1;
    for (int rest = length; rest >= MORE; rest >>>= VALUE_BITS) {
      size++;
    }
    return size;
  }

  /** Writes a length, and returns where it ends. */
  private static int length(byte[] written, int from, int length) {
    int at = from;
    int rest = length;
    while (rest >= MORE) {
      written[at++] = (byte) (rest % MORE | MORE);
      rest >>>= VALUE_BITS;
    }
    written[at++] = (byte) rest;
    return at;
  }

  private static int length(byte[] record, int[] at) {
    int length = 0;
    int shift = 0;
    byte part;
    do {
      part = record[at[0]++];
      length |= (part & (MORE - 1)) << shift;
      shift += VALUE_BITS;
    } while (part < 0);
    return length;
  }
}
