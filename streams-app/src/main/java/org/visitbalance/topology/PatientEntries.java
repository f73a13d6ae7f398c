package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one patient in their store, by ID. What is read stays decoded, and what is changed
 * waits, until {@link #flush}: a visit's facts come together, but to hold decoded what seldom comes
 * again would only be work for the garbage collector (docs/adr/0043).
 *
 * <p>The entries of most patients share a few records, {@link EntryPage}, which are read together,
 * and which are all that stays in memory. Those of a patient with too many bytes for that have a
 * record each, are read when they are needed, and stay decoded: what a fact costs must not grow
 * with its patient (docs/adr/0037, 0053).
 */
final class PatientEntries {
  /** The size of a page from which on the patient's entries have records of their own. */
  private static final int LARGEST_PAGE = 192 << 10;

  /** So many pages are looked through one by one. */
  private static final int FEW_PAGES = 8;

  /** How many entries that have their own records are read together. */
  private static final int MOST_AT_ONCE = 100;

  /** Begins the keys of pages, which sort before those of all entries. */
  private static final String PAGE = "#";

  /** About how much more memory an entry takes than its encoded form does. */
  private static final int DECODED = 6;

  /** A page without its record. */
  private static final int PAGE_BYTES = 100;

  /** An entry's key, its place in the map, and itself. */
  private static final int ENTRY_BYTES = 150;

  /** About how many bytes of memory the patients of a task take together. */
  static final class Held {
    private final long mostPaged;
    private long bytes;

    /**
     * Starts with none.
     *
     * @param mostPaged the size of a patient from which on its entries have records of their own
     */
    Held(long mostPaged) {
      this.mostPaged = mostPaged;
    }

    long bytes() {
      return bytes;
    }
  }

  private static final class Entry {
    final String id;

    /** Where it is on a page; null if it is on none. */
    EntryPage.@Nullable Place place;

    /** The record of its own that was read, until it is decoded. */
    byte @Nullable [] record;

    /** The decoded or changed value; null if there is none, or if it was not decoded yet. */
    @Nullable Object value;

    boolean isChanged;

    /** Whether the record of its own that is in the store is split. */
    boolean isSplit;

    /** About how many bytes of memory it takes, without what each entry takes. */
    long bytes;

    Entry(String id) {
      this.id = id;
    }

    boolean isThere() {
      return value != null || (!isChanged && (place != null || record != null));
    }
  }

  private final SplitEntries store;
  private final Held held;
  private final Function<Object, byte[]> encoding;
  private final String patient;
  private final String prefix;
  private final Map<String, Entry> entries = new HashMap<>();

  /** In the order of their numbers. */
  private final List<EntryPage> pages = new ArrayList<>();

  /** Where entries are if there are many pages; null until one is sought. */
  private @Nullable PageIndex index;

  private final List<Entry> changed = new ArrayList<>();

  /** Whether the entries are on pages. */
  private boolean isPaged = true;

  /** Whether anything that is not among the entries is not stored either. */
  private boolean isWhole;

  private long bytes;

  /**
   * Opens the entries of a patient.
   *
   * @param patient {@link Keys} of tenant and patientKey
   * @param encoding encodes a value
   */
  PatientEntries(SplitEntries store, Held held, String patient, Function<Object, byte[]> encoding) {
    this.store = store;
    this.held = held;
    this.encoding = encoding;
    this.patient = patient;
    this.prefix = patient + "|";
    this.isWhole = load();
  }

  private boolean load() {
    try (KeyValueIterator<String, byte[]> range = store.records(prefix, patient + "}")) {
      while (range.hasNext() && (isPaged || entries.size() < MOST_AT_ONCE)) {
        KeyValue<String, byte[]> next = range.next();
        String id = next.key.substring(prefix.length());
        if (id.startsWith(PAGE)) {
          int number = Integer.parseInt(id.substring(PAGE.length()), Character.MAX_RADIX);
          pages.add(new EntryPage(number, next.value));
          grow(PAGE_BYTES + next.value.length);
        } else {
          isPaged = false;
          take(added(id), next.value);
        }
      }
      return !range.hasNext();
    }
  }

  /** Returns whether the patient was unknown when it was opened. */
  boolean isNew() {
    return isWhole && entries.isEmpty() && pages.isEmpty();
  }

  /** Returns about how many bytes of memory this patient takes. */
  long bytes() {
    return bytes;
  }

  /** Is told that this patient is not used anymore. */
  void drop() {
    held.bytes -= bytes;
  }

  /** Returns whether nothing is stored about the patient. */
  boolean isEmpty() {
    flush();
    if (isPaged) {
      return pages.isEmpty();
    }
    try (KeyValueIterator<String, byte[]> range = store.records(prefix, patient + "}")) {
      return !range.hasNext();
    }
  }

  /**
   * Returns an entry's value, or null.
   *
   * @param decoding decodes it
   */
  @Nullable Object get(String id, Function<byte[], ?> decoding) {
    Entry entry = entry(id);
    if (entry.value == null && !entry.isChanged) {
      byte[] encoded = null;
      if (entry.place != null) {
        encoded = entry.place.bytes();
      } else if (entry.record != null) {
        encoded = store.entry(prefix + id, entry.record);
        entry.record = null;
      }
      if (encoded != null) {
        entry.value = decoding.apply(encoded);
        hold(entry, (long) DECODED * encoded.length);
      }
    }
    return entry.value;
  }

  /** Puts an entry that was read before, or removes it if the value is null. */
  void put(String id, @Nullable Object value) {
    put(entry(id), value);
  }

  /** Puts an entry that is replaced unread, and never large. */
  void putUnread(String id, @Nullable Object value) {
    Entry entry = entries.get(id);
    put(entry == null ? isPaged ? entry(id) : added(id) : entry, value);
  }

  private void put(Entry entry, @Nullable Object value) {
    entry.value = value;
    if (!entry.isChanged) {
      entry.isChanged = true;
      changed.add(entry);
    }
  }

  /**
   * Returns the IDs of a kind of entries, in order, without what they begin with.
   *
   * @param kind what they begin with: a letter and a bar
   * @param from the first one
   */
  List<String> ids(String kind, String from) {
    List<String> ids = new ArrayList<>();
    if (isPaged) {
      List<String> found = new ArrayList<>();
      byte[] beginning = kind.getBytes(UTF_8);
      pages.forEach(page -> page.ids(beginning, found));
      found.removeIf(entries::containsKey);
      for (Entry entry : entries.values()) {
        if (entry.isThere() && entry.id.startsWith(kind)) {
          found.add(entry.id);
        }
      }
      for (String one : found) {
        String id = one.substring(kind.length());
        if (id.compareTo(from) >= 0) {
          ids.add(id);
        }
      }
      ids.sort(null);
      return ids;
    }
    changed.removeIf(
        entry -> {
          boolean isOfThatKind = entry.id.startsWith(kind);
          if (isOfThatKind) {
            entry.isChanged = false;
            write(entry);
          }
          return isOfThatKind;
        });
    // '}' follows '|'.
    String end = prefix + kind.charAt(0) + "}";
    try (KeyValueIterator<String, byte[]> range = store.records(prefix + kind + from, end)) {
      while (range.hasNext()) {
        ids.add(range.next().key.substring(prefix.length() + kind.length()));
      }
    }
    return ids;
  }

  private Entry entry(String id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      entry = added(id);
      if (isPaged) {
        entry.place = place(id);
      } else if (!isWhole) {
        byte[] stored = store.record(prefix + id);
        if (stored != null) {
          take(entry, stored);
        }
      }
    }
    return entry;
  }

  private EntryPage.@Nullable Place place(String id) {
    byte[] sought = id.getBytes(UTF_8);
    int hash = EntryPage.hash(sought);
    if (pages.size() > FEW_PAGES) {
      if (index == null) {
        index = new PageIndex(pages);
      }
      return index.find(sought, hash);
    }
    for (int i = pages.size() - 1; i >= 0; i--) {
      EntryPage.Place place = pages.get(i).find(sought, hash);
      if (place != null) {
        return place;
      }
    }
    return null;
  }

  private void take(Entry entry, byte[] stored) {
    hold(entry, stored.length);
    entry.record = stored;
    entry.isSplit = SplitEntries.isSplit(stored);
  }

  /** Writes the changes. */
  void flush() {
    if (!changed.isEmpty()) {
      writeChanges();
    }
    if (isPaged) {
      entries.clear();
      long size = 0;
      for (EntryPage page : pages) {
        size += PAGE_BYTES + page.size();
      }
      size += index == null ? 0 : index.bytes();
      grow(size - bytes);
    }
  }

  private void writeChanges() {
    for (Entry entry : changed) {
      entry.isChanged = false;
      if (isPaged) {
        place(entry);
      } else {
        write(entry);
      }
    }
    changed.clear();
    if (isPaged) {
      boolean isTooLarge =
          pages.stream().mapToLong(EntryPage::size).sum() > held.mostPaged
              || pages.stream().anyMatch(page -> page.size() > LARGEST_PAGE);
      List.copyOf(pages).forEach(isTooLarge ? this::spread : this::write);
      isPaged = !isTooLarge;
      if (isTooLarge) {
        entries.clear();
        isWhole = false;
        grow(-bytes);
      }
    }
  }

  /** Puts a changed entry on a page. */
  private void place(Entry entry) {
    EntryPage.Place before = entry.place;
    byte[] after = entry.value == null ? null : encoding.apply(entry.value);
    if (before == null ? after == null : before.holds(after)) {
      return;
    }
    if (before != null && after != null && before.page().hasRoom(before, after)) {
      before.page().replace(before, entry.id, after);
      return;
    }
    if (before != null) {
      before.page().remove(before);
    }
    if (after != null) {
      open().add(entry.id, after);
    }
  }

  /** Returns the page of new entries. */
  private EntryPage open() {
    EntryPage last = pages.isEmpty() ? null : pages.get(pages.size() - 1);
    if (last == null || last.size() >= EntryPage.FULL) {
      last = new EntryPage(last == null ? 0 : last.number() + 1, new byte[0]);
      pages.add(last);
    }
    return last;
  }

  private String key(EntryPage page) {
    String number = Integer.toString(page.number(), Character.MAX_RADIX);
    return prefix + PAGE + "0".repeat(Math.max(0, 4 - number.length())) + number;
  }

  private void write(EntryPage page) {
    if (!page.isChanged()) {
      return;
    }
    if (page.size() == 0) {
      remove(page);
      return;
    }
    // A page is smaller than an entry that is split.
    boolean unused = store.put(key(page), page.write(), false);
    if (index != null) {
      index.add(page);
    }
  }

  private void remove(EntryPage page) {
    if (page.isWritten()) {
      store.delete(key(page), false);
    }
    pages.remove(page);
    index = null;
  }

  /** Gives the entries of a page records of their own. */
  private void spread(EntryPage page) {
    remove(page);
    EntryPage.read(
        page.write(),
        (id, value) -> {
          boolean unused = store.put(prefix + id, value, false);
        });
  }

  /** Writes the record of its own of a changed entry. */
  private void write(Entry entry) {
    entry.record = null;
    if (entry.value == null) {
      // Much comes and goes between two commits.
      if (store.record(prefix + entry.id) != null) {
        store.delete(prefix + entry.id, entry.isSplit);
      }
      entry.isSplit = false;
      hold(entry, 0);
    } else {
      byte[] encoded = encoding.apply(entry.value);
      entry.isSplit = store.put(prefix + entry.id, encoded, entry.isSplit);
      hold(entry, (long) DECODED * encoded.length);
    }
  }

  private void hold(Entry entry, long bytes) {
    grow(bytes - entry.bytes);
    entry.bytes = bytes;
  }

  private Entry added(String id) {
    Entry entry = new Entry(id);
    entries.put(id, entry);
    grow(ENTRY_BYTES);
    return entry;
  }

  private void grow(long more) {
    bytes += more;
    held.bytes += more;
  }
}
