package org.visitbalance.intake;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.ingest.FactMaker.StoredFile;
import org.visitbalance.ingest.MessageRows;
import org.visitbalance.ingest.StoredForm;
import org.visitbalance.intake.LineTable.Line;
import org.visitbalance.intake.LineTable.PatientDay;
import org.visitbalance.output.DeadLetter;

/**
 * Finds what a change of the standing files touches, and makes the facts of that anew (ADR 25). One
 * object serves one change of one tenant. Not thread-safe.
 */
final class Making {
  static final String VISIT = "visit";
  static final String PATIENT = "patient";

  private final String tenant;
  private final FileTable files;
  private final LineTable lines;
  private final LineCache known;
  private final MessageTable messages;
  private final Map<String, @Nullable String> accounts = new HashMap<>();
  private final Map<String, Set<String>> names = new HashMap<>();
  private final Map<Long, @Nullable StoredFile> forms = new HashMap<>();
  private final Map<String, List<StoredFile>> scopes = new HashMap<>();
  private @Nullable Boolean crosswalk;
  private @Nullable Boolean merges;

  Making(String tenant, Sql sql) {
    this.tenant = tenant;
    this.files = new FileTable(sql);
    this.lines = new LineTable(sql);
    this.known = new LineCache(lines);
    this.messages = new MessageTable(sql);
  }

  /** Forgets what was looked up before the standing files changed. */
  void changed() {
    known.clear();
    accounts.clear();
    names.clear();
    forms.clear();
    scopes.clear();
    crosswalk = null;
    merges = null;
  }

  /** Returns whether the tenant has a crosswalk. */
  boolean hasCrosswalk() {
    if (crosswalk == null) {
      crosswalk = !ofScope(PATIENT).isEmpty();
    }
    return crosswalk;
  }

  /** Returns the account number of an EMR patient: the one in the last row; null without one. */
  @Nullable String account(String emrPatient) {
    if (!accounts.containsKey(emrPatient)) {
      accounts.put(
          emrPatient,
          known.rows.of(crosswalkOf(emrPatient)).stream()
              .max(
                  Comparator.comparing((Line line) -> form(line.receipt()).name())
                      .thenComparing(line -> line.row().line()))
              .map(line -> FactMaker.account(line.row()))
              .orElse(null));
    }
    return accounts.get(emrPatient);
  }

  /** Returns the row that messages have given an EMR patient; null without one. */
  @Nullable Line ofMessages(String emrPatient) {
    return known.rows.of(crosswalkOf(emrPatient)).stream()
        .filter(line -> line.receipt() < 0)
        .findFirst()
        .orElse(null);
  }

  /** Returns how many of some EMR patients have no account number although there is a crosswalk. */
  int withoutAccount(Collection<String> emrPatients) {
    int without = 0;
    if (hasCrosswalk()) {
      for (List<String> slice : Slices.of(emrPatients)) {
        List<String> now = hasMerges() ? slice.stream().map(this::mergedInto).toList() : slice;
        known.clear();
        known.rows.lookUp(now.stream().map(this::crosswalkOf).toList());
        for (String patient : now) {
          without += account(patient) == null ? 1 : 0;
        }
      }
    }
    return without;
  }

  private String mergedInto(String emrPatient) {
    return messages.merged(tenant, true, emrPatient);
  }

  private String crosswalkOf(String emrPatient) {
    return LineTable.name(tenant, FactMaker.origin(PATIENT, emrPatient));
  }

  /** Returns what has rows that name one of some patients by the EMR's id. */
  Set<String> ofPatients(Iterable<String> emrPatients) {
    Set<String> origins = new TreeSet<>();
    for (String patient : emrPatients) {
      origins.addAll(lines.originsByPatient(LineTable.name(tenant, patient)));
    }
    return origins;
  }

  /**
   * Returns the entries of a series that a report of a moment may open, change or clear: those in a
   * report of that moment, and those that stood before it.
   */
  Set<String> around(StoredForm form) {
    Set<String> origins = new TreeSet<>();
    Instant moment = form.moment();
    if (moment == null) {
      return origins;
    }
    List<StoredFile> before = new ArrayList<>();
    for (StoredFile report : ofScope(form.scope())) {
      Instant at = moment(report);
      if (at.equals(moment)) {
        origins.addAll(lines.originsOf(report.id()));
      } else if (at.isBefore(moment)) {
        before.add(report);
      }
    }
    before.sort(Comparator.comparing(Making::moment).thenComparing(StoredFile::name).reversed());
    // Of the reports of a moment the greatest name stands whole; whether the others are complete
    // does not count.
    Instant looked = null;
    boolean complete = false;
    for (StoredFile report : before) {
      if (!moment(report).equals(looked)) {
        if (complete) {
          break;
        }
        looked = moment(report);
        complete = report.isComplete();
      }
      origins.addAll(lines.originsOf(report.id()));
    }
    return origins;
  }

  private static Instant moment(StoredFile report) {
    return Objects.requireNonNull(report.form().moment());
  }

  /** Returns some origins and all that their facts depend on. */
  Set<String> closure(Collection<String> some) {
    Set<String> all = new TreeSet<>();
    for (List<String> slice : Slices.of(some)) {
      lookUp(slice);
      for (String origin : slice) {
        if (!all.contains(origin)) {
          all.addAll(component(origin).keySet());
        }
      }
    }
    return all;
  }

  /**
   * Makes the facts of some origins and of all that they depend on.
   *
   * @param made receives the facts of some origins at a time, also of those that give none
   */
  void make(
      Set<String> some,
      Consumer<DeadLetter> letters,
      Consumer<Map<String, List<SpecificRecord>>> made) {
    Set<String> done = new HashSet<>();
    for (List<String> slice : Slices.of(some)) {
      lookUp(slice);
      Map<String, List<Line>> batch = new LinkedHashMap<>();
      for (String origin : slice) {
        if (!done.contains(origin)) {
          Map<String, List<Line>> component = component(origin);
          done.addAll(component.keySet());
          batch.putAll(component);
        }
      }
      make(batch, letters, made);
    }
  }

  /** Looks up at once what the facts of some origins depend on, as far as their own rows say it. */
  private void lookUp(List<String> origins) {
    known.clear();
    known.rows.lookUp(origins);
    Set<String> pointers = new HashSet<>();
    Set<String> translated = new HashSet<>();
    List<Line> ofVisits = new ArrayList<>();
    for (String origin : origins) {
      for (Line line : known.rows.of(origin)) {
        String pointer = line.row().pointer();
        if (pointer != null && isLinked(origin)) {
          pointers.add(LineTable.name(tenant, pointer));
        }
        String patient = line.row().patient();
        if (patient != null && isTranslated(line)) {
          translated.add(patient);
        }
        if (patient != null && isVisit(origin)) {
          ofVisits.add(line);
        }
      }
    }
    known.byPointer.lookUp(pointers);
    known.rows.lookUp(translated.stream().map(this::crosswalkOf).toList());
    Set<String> accounts = new HashSet<>();
    for (Line line : ofVisits) {
      String account = accountOf(Objects.requireNonNull(line.row().patient()), isTranslated(line));
      if (account != null) {
        accounts.add(LineTable.account(tenant, account));
      }
    }
    known.byPatient.lookUp(accounts);
    known.byDay.lookUp(ofVisits.stream().flatMap(line -> days(line).stream()).toList());
  }

  private void make(
      Map<String, List<Line>> batch,
      Consumer<DeadLetter> letters,
      Consumer<Map<String, List<SpecificRecord>>> made) {
    Map<String, List<SpecificRecord>> facts = new TreeMap<>();
    batch.keySet().forEach(origin -> facts.put(origin, new ArrayList<>(1)));
    FactMaker maker =
        new FactMaker(
            tenant,
            new FactMaker.Receiver() {
              @Override
              public void fact(String origin, SpecificRecord fact) {
                facts
                    .computeIfAbsent(LineTable.name(tenant, origin), any -> new ArrayList<>(1))
                    .add(fact);
              }

              @Override
              public void deadLetter(DeadLetter letter) {
                letters.accept(letter);
              }
            });
    if (hasCrosswalk()) {
      maker.crosswalk();
    }
    Set<String> reports = new HashSet<>();
    for (List<Line> rows : batch.values()) {
      for (Line line : rows) {
        StoredFile file = form(line.receipt());
        maker.file(file);
        String patient = line.row().patient();
        if (patient != null) {
          name(maker, patient, file.form().isTranslated());
        }
        if (file.form().moment() != null && reports.add(file.form().scope())) {
          ofScope(file.form().scope()).forEach(maker::file);
        }
        maker.row(line.receipt(), line.row());
      }
    }
    maker.make();
    made.accept(facts);
  }

  /** Says which key a patient of a row has. */
  private void name(FactMaker maker, String patient, boolean isTranslated) {
    if (!hasMerges()) {
      String account = isTranslated ? account(patient) : null;
      if (account != null) {
        maker.crosswalk(patient, account);
      }
    } else if (isTranslated) {
      String now = mergedInto(patient);
      String account = account(now);
      String key = account != null ? account : hasCrosswalk() ? "emr:" + now : now;
      maker.crosswalk(patient, messages.merged(tenant, false, key));
    } else {
      maker.rename(patient, messages.merged(tenant, false, patient));
    }
  }

  private boolean hasMerges() {
    if (merges == null) {
      merges = messages.hasMerges(tenant);
    }
    return merges;
  }

  /** Returns what has rows that name one of some patients. */
  Set<String> ofMerged(boolean isEmr, Set<String> patients) {
    Set<String> all = new TreeSet<>();
    for (String one : patients) {
      all.addAll(isEmr ? Set.of(one) : names(one, false));
    }
    return ofPatients(all);
  }

  /** Returns an origin with those whose facts cannot be made without it, and the rows of all. */
  private Map<String, List<Line>> component(String first) {
    Map<String, List<Line>> found = new TreeMap<>();
    Set<Object> asked = new HashSet<>();
    Deque<String> waiting = new ArrayDeque<>(List.of(first));
    while (!waiting.isEmpty()) {
      String origin = waiting.remove();
      if (found.containsKey(origin)) {
        continue;
      }
      List<Line> rows = known.rows.of(origin);
      found.put(origin, rows);
      if (!isLinked(origin)) {
        continue;
      }
      for (Line line : rows) {
        String pointer = line.row().pointer();
        if (pointer != null && asked.add(pointer)) {
          waiting.addAll(known.byPointer.of(LineTable.name(tenant, pointer)));
        }
        if (isVisit(origin)) {
          for (PatientDay day : days(line)) {
            if (asked.add(day)) {
              known.byDay.of(day).stream().filter(this::isVisit).forEach(waiting::add);
            }
          }
        }
      }
    }
    return found;
  }

  /** Returns whether other origins may be needed to make the facts of one. */
  private boolean isLinked(String origin) {
    return isVisit(origin) || isOf(origin, MessageRows.CHARGES);
  }

  private boolean isTranslated(Line line) {
    return form(line.receipt()).form().isTranslated();
  }

  /** Returns the account number of a patient, as far as it is known. */
  private @Nullable String accountOf(String patient, boolean isTranslated) {
    return isTranslated ? account(patient) : patient;
  }

  /** Returns the day of a row under all names of its patient. */
  private List<PatientDay> days(Line line) {
    String patient = line.row().patient();
    LocalDate date = line.row().date();
    return patient == null || date == null
        ? List.of()
        : names(patient, isTranslated(line)).stream()
            .map(name -> new PatientDay(LineTable.name(tenant, name), date))
            .toList();
  }

  /** Returns all names under which files may know a patient. */
  Set<String> names(String patient, boolean isTranslated) {
    return names.computeIfAbsent(isTranslated + patient, any -> found(patient, isTranslated));
  }

  private Set<String> found(String patient, boolean isTranslated) {
    Set<String> names = new TreeSet<>();
    names.add(patient);
    String account = accountOf(patient, isTranslated);
    if (account != null) {
      names.add(account);
      for (String origin : known.byPatient.of(LineTable.account(tenant, account))) {
        names.add(origin.substring(origin.lastIndexOf('\n') + 1));
      }
    }
    return names;
  }

  private boolean isVisit(String origin) {
    return isOf(origin, VISIT);
  }

  private boolean isOf(String origin, String scope) {
    return origin.startsWith(scope + "\n", tenant.length() + 1);
  }

  private StoredFile form(long receipt) {
    StoredFile file = forms.computeIfAbsent(receipt, files::stored);
    if (file == null) {
      throw new IllegalStateException("rows without a file");
    }
    return file;
  }

  private List<StoredFile> ofScope(String scope) {
    return scopes.computeIfAbsent(scope, any -> files.ofScope(tenant, scope));
  }
}
