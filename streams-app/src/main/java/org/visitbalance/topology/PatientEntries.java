package org.visitbalance.topology;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one patient in their store, by ID. What is read stays decoded, and what is changed
 * waits, until {@link #flush}: a visit's facts come together, but to hold decoded what seldom comes
 * again would only be work for the garbage collector (docs/adr/0043).
 *
 * <p>The entries of most patients share a few records, {@link EntryPage}, which are read together.
 * Those of a patient with more than {@link #MOST_PAGED} bytes have a record each, and are read when
 * they are needed: what a fact costs must not grow with its patient (docs/adr/0037).
 */
final class PatientEntries {
  /** The size of a patient from which on its entries have records of their own. */
  private static final int MOST_PAGED = 192 << 10;

  /** How many entries that have their own records are read together. */
  private static final int MOST_AT_ONCE = 100;

  /** Begins the keys of pages, which sort before those of all entries. */
  private static final String PAGE = "#";

  /** About how much more memory an entry takes than its encoded form does. */
  private static final int DECODED = 6;

  /** An entry's key, its place in the map, and itself. */
  private static final int ENTRY_BYTES = 150;

  /** About how many bytes of memory the patients of a task take together. */
  static final class Held {
    private long bytes;

    long bytes() {
      return bytes;
    }
  }

  private static final class Entry {
    final String id;

    /** What is in the store; in place of it the value suffices if the record is the entry's own. */
    EntryPage.@Nullable Slice encoded;

    /** The decoded or changed value; null if there is none, or if it was not decoded yet. */
    @Nullable Object value;

    /** Where it is stored; null if nowhere yet, or in a record of its own. */
    @Nullable Page page;

    boolean isChanged;

    /** Whether the record of its own that is in the store is split. */
    boolean isSplit;

    /** About how many bytes of memory it takes, without what each entry takes. */
    long bytes;

    Entry(String id) {
      this.id = id;
    }

    boolean isThere() {
      return value != null || (!isChanged && encoded != null);
    }
  }

  private static final class Page {
    final int number;
    final Set<Entry> entries = new LinkedHashSet<>();
    int bytes;
    boolean isChanged;

    /** Whether it is in the store, and whether its record is split. */
    boolean isStored;

    boolean isSplit;

    Page(int number) {
      this.number = number;
    }
  }

  private final SplitEntries store;
  private final Held held;
  private final Function<Object, byte[]> encoding;
  private final String patient;
  private final String prefix;
  private final Map<String, Entry> entries = new HashMap<>();
  private final TreeMap<Integer, Page> pages = new TreeMap<>();
  private final List<Entry> changed = new ArrayList<>();

  /** The entries on pages that are decoded until the next flush. */
  private final List<Entry> decoded = new ArrayList<>();

  /** Whether the entries are on pages. */
  private boolean isPaged = true;

  /** Whether anything that is not among the entries is not stored either. */
  private final boolean isWhole;

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
          loadPage(Integer.parseInt(id.substring(PAGE.length()), Character.MAX_RADIX), next);
        } else {
          isPaged = false;
          take(added(id), next.value);
        }
      }
      return !range.hasNext();
    }
  }

  private void loadPage(int number, KeyValue<String, byte[]> stored) {
    Page page = new Page(number);
    page.isStored = true;
    page.isSplit = SplitEntries.isSplit(stored.value);
    pages.put(number, page);
    EntryPage.read(
        store.entry(stored.key, stored.value),
        (id, slice) -> {
          Entry entry = added(id);
          entry.encoded = slice;
          entry.page = page;
          hold(entry, slice.length());
          page.entries.add(entry);
          page.bytes += EntryPage.size(id, slice.length());
        });
  }

  /** Returns whether the patient was unknown when it was opened. */
  boolean isNew() {
    return isWhole && entries.isEmpty();
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
    EntryPage.Slice encoded = entry.encoded;
    if (entry.value == null && !entry.isChanged && encoded != null) {
      byte[] whole = encoded.bytes();
      if (entry.page == null) {
        whole = store.entry(prefix + id, whole);
        entry.encoded = null;
      }
      entry.value = decoding.apply(whole);
      holdDecoded(entry, whole.length);
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
    put(entry == null ? added(id) : entry, value);
  }

  private void put(Entry entry, @Nullable Object value) {
    if (isPaged && entry.value == null && value != null) {
      decoded.add(entry);
    }
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
      for (Entry entry : entries.values()) {
        if (entry.isThere() && entry.id.startsWith(kind)) {
          String id = entry.id.substring(kind.length());
          if (id.compareTo(from) >= 0) {
            ids.add(id);
          }
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
      byte[] stored = isPaged || isWhole ? null : store.record(prefix + id);
      if (stored != null) {
        take(entry, stored);
      }
    }
    return entry;
  }

  private void take(Entry entry, byte[] stored) {
    hold(entry, stored.length);
    entry.encoded = EntryPage.slice(stored);
    entry.isSplit = SplitEntries.isSplit(stored);
  }

  /** Writes the changes. */
  void flush() {
    if (!changed.isEmpty()) {
      writeChanges();
    }
    if (isPaged) {
      for (Entry entry : decoded) {
        entry.value = null;
        hold(entry, entry.encoded == null ? 0 : entry.encoded.length());
      }
    }
    decoded.clear();
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
      boolean isTooLarge = pages.values().stream().mapToLong(page -> page.bytes).sum() > MOST_PAGED;
      List.copyOf(pages.values()).forEach(isTooLarge ? this::spread : this::write);
      isPaged = !isTooLarge;
    }
  }

  /** Puts a changed entry on a page. */
  private void place(Entry entry) {
    EntryPage.Slice before = entry.encoded;
    EntryPage.Slice after =
        entry.value == null ? null : EntryPage.slice(encoding.apply(entry.value));
    if (after == null ? before == null : before != null && after.isSame(before)) {
      return;
    }
    int old = before == null ? 0 : EntryPage.size(entry.id, before.length());
    int size = after == null ? 0 : EntryPage.size(entry.id, after.length());
    Page page = entry.page;
    if (page != null) {
      page.isChanged = true;
      page.bytes -= old;
      if (after == null || (page.bytes > 0 && page.bytes + size > 2 * EntryPage.FULL)) {
        page.entries.remove(entry);
        page = null;
      }
    }
    if (after != null) {
      if (page == null) {
        page = open();
        page.isChanged = true;
        page.entries.add(entry);
      }
      page.bytes += size;
    }
    entry.page = page;
    entry.encoded = after;
    hold(entry, after == null ? 0 : after.length());
  }

  /** Returns the page of new entries. */
  private Page open() {
    Page last = pages.isEmpty() ? null : pages.lastEntry().getValue();
    if (last == null || last.bytes >= EntryPage.FULL) {
      last = new Page(last == null ? 0 : last.number + 1);
      pages.put(last.number, last);
    }
    return last;
  }

  private String key(Page page) {
    String number = Integer.toString(page.number, Character.MAX_RADIX);
    return prefix + PAGE + "0".repeat(Math.max(0, 4 - number.length())) + number;
  }

  private void write(Page page) {
    if (!page.isChanged) {
      return;
    }
    page.isChanged = false;
    if (page.entries.isEmpty()) {
      remove(page);
      return;
    }
    List<EntryPage.Written> written = new ArrayList<>(page.entries.size());
    for (Entry entry : page.entries) {
      written.add(new EntryPage.Written(entry.id, Objects.requireNonNull(entry.encoded)));
    }
    byte[] record = EntryPage.write(written);
    page.isSplit = store.put(key(page), record, page.isSplit);
    page.isStored = true;
  }

  private void remove(Page page) {
    if (page.isStored) {
      store.delete(key(page), page.isSplit);
    }
    pages.remove(page.number);
  }

  /** Gives the entries of a page records of their own. */
  private void spread(Page page) {
    remove(page);
    for (Entry entry : page.entries) {
      entry.page = null;
      byte[] encoded = Objects.requireNonNull(entry.encoded).bytes();
      entry.isSplit = store.put(prefix + entry.id, encoded, false);
    }
  }

  /** Writes the record of its own of a changed entry. */
  private void write(Entry entry) {
    entry.encoded = null;
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

  private void holdDecoded(Entry entry, int length) {
    hold(entry, (long) DECODED * length);
    if (isPaged) {
      decoded.add(entry);
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
