package org.visitbalance.intake;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.ingest.FactMaker.StoredFile;
import org.visitbalance.ingest.FileRead;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.SingleFile;
import org.visitbalance.ingest.StoredForm;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.output.DeadLetter;

/**
 * Applies a file to the index: its rows take the place of those of the file's earlier version, what
 * they touch is made anew, and what differs from what was sent is to be sent (ADR 25). All of it
 * belongs to one transaction, which the caller ends. Not thread-safe.
 */
final class Applying {
  /** More dead letters of a file than this are counted only. */
  private static final int MOST_LETTERS = 1000;

  private static final String JSON = "json";

  private final Sql sql;
  private final FileTable files;
  private final LineTable lines;
  private final FactTables facts;

  Applying(Sql sql) {
    this.sql = sql;
    this.files = new FileTable(sql);
    this.lines = new LineTable(sql);
    this.facts = new FactTables(sql);
  }

  /**
   * What a file is applied as.
   *
   * @param zone the tenant's time zone, if it is known
   */
  record Request(
      long receipt,
      String tenant,
      String name,
      Path content,
      TenantMapping mapping,
      @Nullable ZoneId zone,
      Instant receivedAt) {}

  /**
   * What came of it.
   *
   * @param note what there is to say about it; null for nothing
   * @param toSend how many facts have to be sent
   */
  record Outcome(
      SingleFile file,
      FileRead read,
      long facts,
      long toSend,
      long dead,
      @Nullable LocalDate first,
      @Nullable LocalDate last,
      @Nullable String note,
      List<DeadLetter> letters) {}

  /** Opens a file as a request says. */
  static SingleFile open(Request request) {
    return SingleFile.open(
        request.content(),
        request.mapping(),
        request.tenant(),
        request.zone(),
        request.receivedAt());
  }

  /**
   * Applies a file.
   *
   * @param sending receives what has to be sent, in order
   * @throws InputException if it cannot be used; the transaction must then be rolled back
   */
  Outcome apply(Request request, SingleFile file, FactTables.Sending sending) {
    if (file.isIgnored()) {
      return nothing(request, file, "The mapping says to ignore it.");
    } else if (file.isAhead()) {
      return nothing(
          request,
          file,
          "Not read, because the date in its name is in the future. Correct the name.");
    }
    Change change = new Change(request, file, sending);
    change.begin();
    FileRead read = change.read();
    return change.finish(read);
  }

  private Outcome nothing(Request request, SingleFile file, String note) {
    FileRead none = new FileRead(request.name(), 0, 0, 0);
    return new Outcome(file, none, 0, 0, 0, null, null, note, List.of());
  }

  /** The work on one file. */
  private final class Change {
    private final Request request;
    private final SingleFile file;
    private final FactTables.Sending sending;
    private final Making making;
    private final Set<String> touched = new TreeSet<>();
    private final Set<String> own = new HashSet<>();
    private final SortedSet<String> entities = new TreeSet<>();
    private final List<DeadLetter> letters = new ArrayList<>();
    private final String json;
    private final PatientChanges patients;
    private long made;
    private final UnmadeRows unmade;

    /** Patients of the file by the EMR's id. */
    private final Set<String> translated = new TreeSet<>();

    Change(Request request, SingleFile file, FactTables.Sending sending) {
      this.sending = sending;
      this.request = request;
      this.file = file;
      this.unmade = new UnmadeRows(request.name());
      this.making = new Making(request.tenant(), sql);
      this.patients = new PatientChanges(request.tenant(), making, lines);
      this.json = LineTable.name(request.tenant(), FactMaker.origin(JSON, request.name()));
    }

    /** Notes what the earlier version of the file touches, and removes that version. */
    void begin() {
      FileTable.Entry old = files.standing(request.tenant(), request.name());
      if (old == null) {
        return;
      }
      long receipt = old.file().getReceipt();
      StoredFile stored = files.stored(receipt);
      if (stored != null) {
        List<String> origins = lines.originsOf(receipt);
        remember(stored.form(), origins);
        if (!stored.form().kind().equals(Making.PATIENT)) {
          touched.addAll(making.around(stored.form()));
          touched.addAll(making.closure(origins));
        }
      }
      lines.delete(receipt);
      files.put(old.file(), false, old.place());
      facts.made(Map.of(json, List.of()), entities);
      making.changed();
    }

    /** Remembers the account numbers of patients that may get others. */
    private void remember(StoredForm form, Iterable<String> origins) {
      if (form.kind().equals(Making.PATIENT)) {
        for (String origin : origins) {
          String patient = origin.substring(origin.lastIndexOf('\n') + 1);
          patients.remember(patient);
        }
      }
    }

    FileRead read() {
      if (file.hasFacts()) {
        List<SpecificRecord> all = new ArrayList<>();
        FileRead read = file.readFacts(all::add, this::letter);
        made += all.size();
        facts.made(Map.of(json, all), entities);
        return read;
      }
      StoredForm form = file.form();
      long[] n = {0};
      boolean crosswalk = form.kind().equals(Making.PATIENT);
      FileRead read =
          file.readRows(
              row -> {
                if (crosswalk) {
                  patients.remember(row.id());
                }
                lines.insert(request.receipt(), n[0]++, request.tenant(), form, row);
                if (form.isTranslated() && row.patient() != null) {
                  translated.add(row.patient());
                }
                if (!crosswalk) {
                  own.add(
                      LineTable.name(request.tenant(), FactMaker.origin(form.scope(), row.id())));
                }
              },
              this::letter);
      lines.flush();
      files.form(request.receipt(), form, read.invalid() == 0);
      return read;
    }

    Outcome finish(FileRead read) {
      FileTable.Entry entry = Objects.requireNonNull(files.get(request.receipt()));
      files.put(entry.file(), true, entry.place());
      making.changed();
      touched.addAll(patients.touched());
      if (!file.hasFacts()) {
        touched.addAll(own);
        touched.addAll(making.around(file.form()));
      }
      making.make(
          touched,
          letter -> unmade.add(letter, this::letter),
          all -> {
            all.forEach((origin, one) -> made += own.contains(origin) ? one.size() : 0);
            facts.made(all, entities);
          });
      long[] toSend = {0};
      facts.settle(
          entities,
          (fact, isNew) -> {
            toSend[0]++;
            sending.send(fact, isNew);
          });
      keepLetters();
      return new Outcome(
          file,
          read,
          made,
          toSend[0],
          read.invalid() + unmade.own(),
          file.first(),
          file.last(),
          note(read),
          List.copyOf(letters));
    }

    /** Returns what a person should know about the file: sentences, or null. */
    private @Nullable String note(FileRead read) {
      List<String> sentences = new ArrayList<>(file.notes());
      if (read.rows() == 0 && !file.hasFacts()) {
        sentences.add(
            file.form().moment() == null
                ? "It has no rows."
                : "It has no rows: nothing is open at that moment.");
      }
      int unnamed = making.withoutAccount(translated);
      if (unnamed > 0) {
        sentences.add(
            String.format(
                Locale.ENGLISH,
                "Patients without an account number in the patients file so far: %,d. They are"
                    + " balanced under emr:<patient_id>, separately from their charges.",
                unnamed));
      }
      String others = unmade.saysForeign();
      if (others != null) {
        sentences.add(others);
      }
      return Sentences.together(sentences.stream());
    }

    private void letter(DeadLetter letter) {
      if (letters.size() < MOST_LETTERS) {
        letters.add(letter);
      }
    }

    private void keepLetters() {
      for (int i = 0; i < letters.size(); i++) {
        DeadLetter letter = letters.get(i);
        sql.update(
            "insert into letter values (?, ?, ?, ?, ?)",
            request.receipt(),
            i,
            letter.getPosition(),
            letter.getField(),
            letter.getReason());
      }
    }
  }
}
