package org.visitbalance.topology;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.PatientStore;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.platform.serde.Codec;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.ChainPlace;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.Decisions;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.Rejections;
import org.visitbalance.state.Retained;
import org.visitbalance.state.VisitFile;

/**
 * One patient's entries in a key-value store, under keys that begin with the patient's key. Entries
 * stay decoded after they are read; changes wait for {@link #flush}. Putting a verdict sets its
 * timers, and putting what decides when something leaves sets the timer for that.
 */
final class StoredPatient implements PatientStore {
  private static final String DECISIONS = "A|";
  private static final String BILLING = "B|";
  private static final String CHAIN_OF = "C|";
  private static final String SHEET = "D|";
  private static final String FILE = "F|";
  private static final String RETAINED = "K|";
  private static final String PLACE = "P|";
  private static final String REJECTIONS = "R|";
  private static final String SENT = "S|";
  private static final String VERDICT = "V|";

  /** Codecs of everything stored; shared by the patients of a task. */
  static final class Codecs {
    final Codec<VisitFile> files = new Codec<>(VisitFile.class);
    final Codec<DateSheet> sheets = new Codec<>(DateSheet.class);
    final Codec<ChainPlace> places = new Codec<>(ChainPlace.class);
    final Codec<BillingVisit> billingVisits = new Codec<>(BillingVisit.class);
    final Codec<Rejections> rejections = new Codec<>(Rejections.class);
    final Codec<Decisions> decisions = new Codec<>(Decisions.class);
    final Codec<Retained> retained = new Codec<>(Retained.class);
    final Codec<DateVerdict> verdicts = new Codec<>(DateVerdict.class);
  }

  /** About how many bytes of memory the patients of a task take together. */
  static final class Held {
    private long bytes;

    long bytes() {
      return bytes;
    }
  }

  /** How many entries are read together when a patient is opened: as many as most patients have. */
  private static final int MOST_AT_ONCE = 100;

  /** An entry: as it was read until it is needed, or as it was put; for texts, the text. */
  private static final class Entry {
    byte @Nullable [] stored;
    @Nullable Object value;

    /** Whether what is in the store is split. */
    boolean isSplit;

    /** The encoded length when it was last read or written. */
    int length;
  }

  /** About how much more memory an entry takes than its encoded form does. */
  private static final int DECODED = 6;

  /** An entry's key, its place in the map, and itself. */
  private static final int ENTRY_BYTES = 150;

  private final SplitEntries store;
  private final Timers timers;
  private final Codecs codecs;
  private final Held held;
  private final String patient;
  private final String prefix;
  private final Map<String, Entry> entries = new HashMap<>();

  /** Whether anything that is not among the entries is not stored either. */
  private final boolean isWhole;

  private final Set<String> changed = new LinkedHashSet<>();

  private long bytes;

  /**
   * Opens a patient's entries.
   *
   * @param patient {@link Keys} of tenant and patientKey
   */
  StoredPatient(SplitEntries store, Timers timers, Codecs codecs, Held held, String patient) {
    this.held = held;
    this.store = store;
    this.timers = timers;
    this.codecs = codecs;
    this.patient = patient;
    this.prefix = patient + "|";
    this.isWhole = load();
  }

  private boolean load() {
    try (KeyValueIterator<String, byte[]> range = store.records(prefix, patient + "}")) {
      while (range.hasNext() && entries.size() < MOST_AT_ONCE) {
        KeyValue<String, byte[]> next = range.next();
        take(added(next.key.substring(prefix.length())), next.value);
      }
      return !range.hasNext();
    }
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
    try (KeyValueIterator<String, byte[]> range = store.records(prefix, patient + "}")) {
      return !range.hasNext();
    }
  }

  @Override
  public @Nullable VisitFile file(String visitId) {
    return get(FILE + visitId, codecs.files);
  }

  @Override
  public void putFile(String visitId, @Nullable VisitFile file) {
    put(FILE + visitId, file);
  }

  @Override
  public @Nullable DateSheet sheet(LocalDate date) {
    return get(SHEET + date, codecs.sheets);
  }

  @Override
  public void putSheet(LocalDate date, @Nullable DateSheet sheet) {
    put(SHEET + date, sheet);
  }

  @Override
  public @Nullable ChainPlace place(String chainId) {
    return get(PLACE + chainId, codecs.places);
  }

  @Override
  public void putPlace(String chainId, @Nullable ChainPlace place) {
    put(PLACE + chainId, place);
  }

  @Override
  public @Nullable String chainOf(String chargeId) {
    return (String) entry(CHAIN_OF + chargeId, null).value;
  }

  @Override
  public void putChainOf(String chargeId, @Nullable String chainId) {
    put(CHAIN_OF + chargeId, chainId);
  }

  @Override
  public @Nullable BillingVisit billingVisit(String billingVisitId) {
    return get(BILLING + billingVisitId, codecs.billingVisits);
  }

  @Override
  public void putBillingVisit(String billingVisitId, @Nullable BillingVisit visit) {
    put(BILLING + billingVisitId, visit);
  }

  @Override
  public List<RejectionRegister> rejections() {
    Rejections stored = get(REJECTIONS, codecs.rejections);
    return stored == null ? List.of() : stored.getRegisters();
  }

  @Override
  public void putRejections(List<RejectionRegister> rejections) {
    put(REJECTIONS, rejections.isEmpty() ? null : new Rejections(List.copyOf(rejections)));
  }

  @Override
  public List<Decision> decisions() {
    Decisions stored = get(DECISIONS, codecs.decisions);
    return stored == null ? List.of() : stored.getStanding();
  }

  @Override
  public void putDecisions(List<Decision> decisions) {
    put(DECISIONS, decisions.isEmpty() ? null : new Decisions(List.copyOf(decisions)));
  }

  @Override
  public @Nullable Retained retained() {
    return get(RETAINED, codecs.retained);
  }

  @Override
  public void putRetained(@Nullable Retained retained) {
    Retained old = retained();
    timers.clearLeaving(patient, old == null ? null : old.getEarliest());
    timers.setLeaving(patient, retained == null ? null : retained.getEarliest());
    put(RETAINED, retained);
  }

  @Override
  public @Nullable DateVerdict verdict(LocalDate date) {
    return get(VERDICT + date, codecs.verdicts);
  }

  @Override
  public void putVerdict(LocalDate date, @Nullable DateVerdict verdict) {
    DateVerdict old = verdict(date);
    if (old != null) {
      timers.clear(null, patient, date, old.getDueAt());
      timers.clear(FeedSource.EMR, patient, date, old.getEmrDueAt());
      timers.clear(FeedSource.BILLING, patient, date, old.getBillingDueAt());
    }
    if (verdict != null) {
      timers.set(null, patient, date, verdict.getDueAt());
      timers.set(FeedSource.EMR, patient, date, verdict.getEmrDueAt());
      timers.set(FeedSource.BILLING, patient, date, verdict.getBillingDueAt());
    }
    put(VERDICT + date, verdict);
  }

  @Override
  public void putSent(String visitId, @Nullable Instant before, @Nullable Instant after) {
    if (before != null) {
      put(SENT + Timers.sortable(before) + "|" + visitId, null);
    }
    if (after != null) {
      put(SENT + Timers.sortable(after) + "|" + visitId, visitId);
    }
  }

  @Override
  public List<String> sentSince(Instant moment) {
    List<String> ids = new ArrayList<>();
    flush(SENT);
    try (KeyValueIterator<String, byte[]> range =
        store.records(prefix + SENT + Timers.sortable(moment), end(SENT))) {
      while (range.hasNext()) {
        ids.add(text(range.next().value));
      }
    }
    return ids;
  }

  @Override
  public Set<String> visitIds() {
    return ids(FILE);
  }

  @Override
  public Set<LocalDate> dates() {
    Set<LocalDate> dates = new HashSet<>();
    ids(SHEET).forEach(date -> dates.add(LocalDate.parse(date)));
    return dates;
  }

  @Override
  public Set<String> billingVisitIds() {
    return ids(BILLING);
  }

  private Set<String> ids(String kind) {
    Set<String> ids = new LinkedHashSet<>();
    flush(kind);
    try (KeyValueIterator<String, byte[]> range = store.records(prefix + kind, end(kind))) {
      while (range.hasNext()) {
        ids.add(range.next().key.substring(prefix.length() + kind.length()));
      }
    }
    return ids;
  }

  /** Returns a bound after the last entry of a kind: '}' follows '|'. */
  private String end(String kind) {
    return prefix + kind.charAt(0) + "}";
  }

  @SuppressWarnings("unchecked")
  private <T extends SpecificRecord> @Nullable T get(String id, Codec<T> codec) {
    return (T) entry(id, codec).value;
  }

  private Entry entry(String id, @Nullable Codec<?> codec) {
    Entry entry = entries.get(id);
    if (entry == null) {
      entry = read(id);
    }
    byte[] stored = entry.stored;
    if (stored != null) {
      byte[] whole = store.entry(prefix + id, stored);
      measured(entry, whole.length);
      entry.value = codec == null ? text(whole) : codec.decode(whole);
      entry.stored = null;
    }
    return entry;
  }

  private Entry read(String id) {
    Entry entry = added(id);
    byte[] stored = isWhole ? null : store.record(prefix + id);
    if (stored != null) {
      take(entry, stored);
    }
    return entry;
  }

  private void take(Entry entry, byte[] stored) {
    measured(entry, stored.length);
    entry.stored = stored;
    entry.isSplit = SplitEntries.isSplit(stored);
  }

  private void put(String id, @Nullable Object value) {
    Entry entry = entries.get(id);
    if (entry == null) {
      // Everything else is read before it is replaced; this is replaced unread, and never large.
      entry = id.startsWith(SENT) ? added(id) : read(id);
    }
    entry.stored = null;
    entry.value = value;
    changed.add(id);
  }

  /** Writes the changes. */
  void flush() {
    changed.forEach(this::write);
    changed.clear();
  }

  /** Writes the changes of one kind of entries, so that a range of them can be read. */
  private void flush(String kind) {
    changed.removeIf(
        id -> {
          boolean isOfThatKind = id.startsWith(kind);
          if (isOfThatKind) {
            write(id);
          }
          return isOfThatKind;
        });
  }

  private void write(String id) {
    Entry entry = java.util.Objects.requireNonNull(entries.get(id));
    if (entry.value == null) {
      // Much comes and goes between two commits.
      if (store.record(prefix + id) != null) {
        store.delete(prefix + id, entry.isSplit);
      }
      entry.isSplit = false;
      measured(entry, 0);
    } else {
      byte[] encoded = encoded(entry.value);
      entry.isSplit = store.put(prefix + id, encoded, entry.isSplit);
      measured(entry, encoded.length);
    }
  }

  private void measured(Entry entry, int length) {
    grow((length - entry.length) * (long) DECODED);
    entry.length = length;
  }

  private Entry added(String id) {
    Entry entry = new Entry();
    entries.put(id, entry);
    grow(ENTRY_BYTES);
    return entry;
  }

  private void grow(long more) {
    bytes += more;
    held.bytes += more;
  }

  private byte[] encoded(Object value) {
    if (value instanceof VisitFile file) {
      return codecs.files.encode(file);
    } else if (value instanceof DateSheet sheet) {
      return codecs.sheets.encode(sheet);
    } else if (value instanceof ChainPlace place) {
      return codecs.places.encode(place);
    } else if (value instanceof BillingVisit visit) {
      return codecs.billingVisits.encode(visit);
    } else if (value instanceof Rejections rejections) {
      return codecs.rejections.encode(rejections);
    } else if (value instanceof Decisions decisions) {
      return codecs.decisions.encode(decisions);
    } else if (value instanceof Retained retained) {
      return codecs.retained.encode(retained);
    } else if (value instanceof DateVerdict verdict) {
      return codecs.verdicts.encode(verdict);
    }
    return value.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String text(byte[] stored) {
    return new String(stored, java.nio.charset.StandardCharsets.UTF_8);
  }
}
