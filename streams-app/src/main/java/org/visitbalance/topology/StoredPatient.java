package org.visitbalance.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
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
 * What is stored about one patient, as {@link PatientEntries}; changes wait for {@link #flush}.
 * Putting a verdict sets its timers, and putting what decides when something leaves sets the timer
 * for that.
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
  private static final String TOUCHED = "T|";
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

    byte[] encode(Object value) {
      if (value instanceof VisitFile file) {
        return files.encode(file);
      } else if (value instanceof DateSheet sheet) {
        return sheets.encode(sheet);
      } else if (value instanceof ChainPlace place) {
        return places.encode(place);
      } else if (value instanceof BillingVisit visit) {
        return billingVisits.encode(visit);
      } else if (value instanceof Rejections rejections) {
        return this.rejections.encode(rejections);
      } else if (value instanceof Decisions decisions) {
        return this.decisions.encode(decisions);
      } else if (value instanceof Retained retained) {
        return this.retained.encode(retained);
      } else if (value instanceof DateVerdict verdict) {
        return verdicts.encode(verdict);
      }
      String text =
          value instanceof Set<?> dates
              ? String.join(",", dates.stream().map(Object::toString).toList())
              : value.toString();
      return text.getBytes(UTF_8);
    }

    private static Set<LocalDate> dates(byte[] stored) {
      Set<LocalDate> dates = new TreeSet<>();
      for (String date : text(stored).split(",", -1)) {
        dates.add(LocalDate.parse(date));
      }
      return dates;
    }

    private static String text(byte[] stored) {
      return new String(stored, UTF_8);
    }
  }

  private final PatientEntries entries;
  private final Timers timers;
  private final Codecs codecs;
  private final String patient;

  /**
   * Opens a patient's entries.
   *
   * @param patient {@link Keys} of tenant and patientKey
   */
  StoredPatient(
      SplitEntries store, Timers timers, Codecs codecs, PatientEntries.Held held, String patient) {
    this.timers = timers;
    this.codecs = codecs;
    this.patient = patient;
    this.entries = new PatientEntries(store, held, patient, codecs::encode);
  }

  /** Returns whether the patient was unknown when it was opened. */
  boolean isNew() {
    return entries.isNew();
  }

  /** Returns about how many bytes of memory this patient takes. */
  long bytes() {
    return entries.bytes();
  }

  /** Is told that this patient is not used anymore. */
  void drop() {
    entries.drop();
  }

  /** Returns whether nothing is stored about the patient. */
  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Writes the changes. */
  void flush() {
    entries.flush();
  }

  /** Returns the dates of service that facts have touched and that were not evaluated since. */
  @SuppressWarnings("unchecked")
  Set<LocalDate> touched() {
    Object stored = entries.get(TOUCHED, Codecs::dates);
    return stored == null ? Set.of() : (Set<LocalDate>) stored;
  }

  /** Adds dates to those that facts have touched. */
  void touch(Set<LocalDate> dates) {
    Set<LocalDate> touched = touched();
    if (!touched.containsAll(dates)) {
      TreeSet<LocalDate> more = new TreeSet<>(touched);
      more.addAll(dates);
      if (touched.isEmpty()) {
        timers.touched().add(patient);
      }
      put(TOUCHED, more);
    }
  }

  /** Is told that dates are evaluated. */
  void evaluated(Set<LocalDate> dates) {
    TreeSet<LocalDate> rest = new TreeSet<>(touched());
    if (rest.removeAll(dates)) {
      put(TOUCHED, rest.isEmpty() ? null : rest);
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
    return (String) entries.get(CHAIN_OF + chargeId, Codecs::text);
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
      entries.putUnread(SENT + Timers.sortable(before) + "|" + visitId, null);
    }
    if (after != null) {
      entries.putUnread(SENT + Timers.sortable(after) + "|" + visitId, "");
    }
  }

  @Override
  public List<String> sentSince(Instant moment) {
    List<String> ids = new ArrayList<>();
    entries
        .ids(SENT, Timers.sortable(moment))
        .forEach(sent -> ids.add(sent.substring(sent.indexOf('|') + 1)));
    return ids;
  }

  @Override
  public Set<String> visitIds() {
    return new LinkedHashSet<>(entries.ids(FILE, ""));
  }

  @Override
  public Set<LocalDate> dates() {
    Set<LocalDate> dates = new HashSet<>();
    entries.ids(SHEET, "").forEach(date -> dates.add(LocalDate.parse(date)));
    return dates;
  }

  @Override
  public Set<String> billingVisitIds() {
    return new LinkedHashSet<>(entries.ids(BILLING, ""));
  }

  @SuppressWarnings("unchecked")
  private <T extends SpecificRecord> @Nullable T get(String id, Codec<T> codec) {
    return (T) entries.get(id, codec.decoder());
  }

  private void put(String id, @Nullable Object value) {
    entries.put(id, value);
  }
}
