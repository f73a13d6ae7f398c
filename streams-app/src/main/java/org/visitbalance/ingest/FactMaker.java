package org.visitbalance.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * Makes the facts of some rows of several files of a tenant, as a run over a folder of these files
 * would. All rows that belong together must be there: the rows of a visit, of visits that may be
 * one, of an entry of a snapshot. Not thread-safe.
 */
public final class FactMaker {
  private static final char BETWEEN = '\n';

  private final String tenant;
  private final Receiver receiver;
  private final Crosswalk crosswalk = new Crosswalk();
  private final Map<Long, StoredFile> files = new HashMap<>();
  private final Map<Long, List<StoredRow>> rows = new HashMap<>();
  private final Map<String, TenantMapping> mappings = new HashMap<>();
  private final Map<@Nullable String, String> renames = new HashMap<>();

  /**
   * A file whose rows are kept.
   *
   * @param isComplete whether all of its rows could be read
   */
  public record StoredFile(
      long id, String name, StoredForm form, Instant receivedAt, boolean isComplete) {}

  /** Receives what is made. */
  public interface Receiver {
    /**
     * Takes a fact.
     *
     * @param origin what it was made of; see {@link #origin}
     */
    void fact(String origin, SpecificRecord fact);

    /** Takes a row, or several that are one, of which no valid fact can be made. */
    void deadLetter(DeadLetter letter);
  }

  /** Prepares to make facts of a tenant. */
  public FactMaker(String tenant, Receiver receiver) {
    this.tenant = tenant;
    this.receiver = receiver;
  }

  /** Returns a text that differs between programs that cannot read each other's stored rows. */
  public static String form() {
    return RowCodec.form();
  }

  /** Returns the name of what the rows of one id are about. */
  public static String origin(String scope, String id) {
    return scope + BETWEEN + id;
  }

  /** Returns the account number in a row of a crosswalk. */
  public static String account(StoredRow row) {
    @Nullable Object[] values = RowCodec.decode(RowKind.PATIENT, row.values());
    return RowFacts.need((String) values[RowKind.PATIENT.slot(Field.PATIENT_KEY)]);
  }

  /** Records that the tenant has a crosswalk. */
  public void crosswalk() {
    crosswalk.tenant(tenant);
  }

  /** Records the account number of a patient. */
  public void crosswalk(String emrPatient, String account) {
    crosswalk.put(tenant, emrPatient, account);
  }

  /** Records that a patient, as a file that is not translated names it, has another key now. */
  public void rename(String patient, String key) {
    renames.put(patient, key);
  }

  /** Adds a file, which for a report may give no row. */
  public void file(StoredFile file) {
    files.put(file.id(), file);
  }

  /** Adds a row of a file that has been added. */
  public void row(long file, StoredRow row) {
    rows.computeIfAbsent(file, any -> new ArrayList<>()).add(row);
  }

  /** Makes the facts. */
  public void make() {
    FactOutlet outlet = new FactOutlet(new Passing(), crosswalk);
    VisitRows visits = new VisitRows();
    Snapshots snapshots = new Snapshots();
    Map<String, Repeats> repeats = new LinkedHashMap<>();
    List<Row> documented = new ArrayList<>();
    List<Row> charged = new ArrayList<>();
    List<StoredFile> inOrder = new ArrayList<>(files.values());
    inOrder.sort(Comparator.comparing(StoredFile::name));
    for (int rank = 0; rank < inOrder.size(); rank++) {
      StoredFile file = inOrder.get(rank);
      RowSource source = source(file, rank);
      Instant moment = file.form().moment();
      if (moment != null) {
        snapshots.begin(source, moment);
      }
      List<StoredRow> stored = new ArrayList<>(rows.getOrDefault(file.id(), List.of()));
      stored.sort(Comparator.comparingLong(StoredRow::line));
      for (StoredRow one : stored) {
        Row row =
            new Row(
                source,
                one.line(),
                RowCodec.decode(source.kind(), one.values()),
                origin(file.form().scope(), one.id()));
        outlet.translate(row, file.form().isTranslated());
        String renamed = file.form().isTranslated() ? null : renames.get(one.patient());
        if (renamed != null) {
          row.set(Field.PATIENT_KEY, renamed);
        }
        if (moment != null) {
          snapshots.add(row, moment);
        } else if (isNetted(source)) {
          (source.kind() == RowKind.VISIT ? documented : charged).add(row);
        } else if (source.kind() == RowKind.VISIT) {
          visits.add(row);
        } else if (source.kind() != RowKind.PATIENT) {
          Repeats own = repeats.computeIfAbsent(file.form().scope(), any -> new Repeats());
          outlet.give(row, RowFacts.of(row, TableFacts.copies(own, row)));
        }
      }
      if (moment != null) {
        snapshots.end(source, moment, file.isComplete());
      }
    }
    MessageNetting.net(documented).forEach(visits::add);
    MessageNetting.net(charged).forEach(row -> outlet.give(row, RowFacts.of(row, 0)));
    visits.give(outlet);
    snapshots.give(outlet, new Notices());
  }

  /** Returns whether credits may take back what rows of a source say. */
  private static boolean isNetted(RowSource source) {
    return MessageRows.isOf(source)
        && (source.kind() == RowKind.VISIT || source.kind() == RowKind.CHARGE);
  }

  private RowSource source(StoredFile file, int rank) {
    StoredForm form = file.form();
    MappingEntry messages = MessageRows.entry(form);
    if (messages != null) {
      return source(file, rank, tenant, messages);
    }
    TenantMapping mapping =
        mappings.computeIfAbsent(form.mapping(), text -> TenantMapping.of("mapping.yaml", text));
    MappingEntry said = form.entry() < 0 ? null : mapping.entries().get(form.entry());
    MappingEntry entry;
    if (form.profile() == null) {
      entry = RowFacts.need(said);
    } else {
      MappingEntry profile = RowFacts.need(Profiles.get(form.profile()));
      entry = said == null ? profile : said.with(profile);
    }
    return source(file, rank, tenant, entry);
  }

  static RowSource source(StoredFile file, int rank, String tenant, MappingEntry entry) {
    StoredForm form = file.form();
    Header header = Header.of(file.name(), new HeadRow(1, form.header()));
    Table table =
        new Table(
            file.name(),
            file.name(),
            header,
            sink -> {
              throw new IllegalStateException("the rows are kept");
            });
    RunTime time = new RunTime(null, file.receivedAt());
    return new RowSource(table, rank, entry, tenant, form.zone(), time, new RowCount());
  }

  private final class Passing implements FactOutlet.Receiver {
    @Override
    public void fact(Row row, SpecificRecord fact, Instant knownAt, Instant told) {
      receiver.fact(row.origin(), fact);
    }

    @Override
    public Instant knownAt(Row row, Instant told) {
      return row.source().time().present();
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      receiver.deadLetter(letter);
    }
  }
}
