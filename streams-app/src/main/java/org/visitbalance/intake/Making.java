package org.visitbalance.intake;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.visitbalance.output.DeadLetter;

/**
 * Finds what a change of the standing files touches, and makes the facts of that anew (ADR 25). One
 * object serves one change of one tenant. Not thread-safe.
 */
final class Making {
  static final String VISIT = "visit";
  static final String PATIENT = "patient";

  /** About so many origins are made at a time, so that a large file needs little memory. */
  private static final int SOME = 2000;

  private final String tenant;
  private final FileTable files;
  private final LineTable lines;
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
    this.messages = new MessageTable(sql);
  }

  /** Forgets what was looked up before the standing files changed. */
  void changed() {
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
      String origin = LineTable.name(tenant, FactMaker.origin(PATIENT, emrPatient));
      accounts.put(
          emrPatient,
          lines.ofOrigin(origin).stream()
              .max(
                  Comparator.comparing((LineTable.Line line) -> form(line.receipt()).name())
                      .thenComparing(line -> line.row().line()))
              .map(line -> FactMaker.account(line.row()))
              .orElse(null));
    }
    return accounts.get(emrPatient);
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
    return java.util.Objects.requireNonNull(report.form().moment());
  }

  /** Returns some origins and all that their facts depend on. */
  Set<String> closure(Iterable<String> some) {
    Set<String> all = new TreeSet<>();
    for (String origin : some) {
      if (!all.contains(origin)) {
        all.addAll(component(origin).keySet());
      }
    }
    return all;
  }

  /**
   * Makes the facts of some origins and of all that they depend on.
   *
   * @param made receives the facts of each origin, also of those that give none
   */
  void make(
      Set<String> some,
      Consumer<DeadLetter> letters,
      java.util.function.BiConsumer<String, List<SpecificRecord>> made) {
    Set<String> done = new HashSet<>();
    Map<String, List<LineTable.Line>> batch = new LinkedHashMap<>();
    for (String origin : some) {
      if (!done.contains(origin)) {
        Map<String, List<LineTable.Line>> component = component(origin);
        done.addAll(component.keySet());
        batch.putAll(component);
        if (batch.size() >= SOME) {
          make(batch, letters, made);
          batch.clear();
        }
      }
    }
    make(batch, letters, made);
  }

  private void make(
      Map<String, List<LineTable.Line>> batch,
      Consumer<DeadLetter> letters,
      java.util.function.BiConsumer<String, List<SpecificRecord>> made) {
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
    for (List<LineTable.Line> rows : batch.values()) {
      for (LineTable.Line line : rows) {
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
    facts.forEach(made);
  }

  /** Says which key a patient of a row has. */
  private void name(FactMaker maker, String patient, boolean isTranslated) {
    if (!hasMerges()) {
      String account = isTranslated ? account(patient) : null;
      if (account != null) {
        maker.crosswalk(patient, account);
      }
    } else if (isTranslated) {
      String now = messages.merged(tenant, true, patient);
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

  /** Returns what has rows that name a patient, or one that is the same by now. */
  Set<String> ofMerged(boolean isEmr, String patient) {
    Set<String> all = new TreeSet<>();
    for (String one : messages.mergedInto(tenant, isEmr, patient)) {
      all.addAll(isEmr ? Set.of(one) : names(one, false));
    }
    return ofPatients(all);
  }

  /** Returns an origin with those whose facts cannot be made without it, and the rows of all. */
  private Map<String, List<LineTable.Line>> component(String first) {
    Map<String, List<LineTable.Line>> found = new TreeMap<>();
    Set<String> asked = new HashSet<>();
    Deque<String> waiting = new ArrayDeque<>(List.of(first));
    while (!waiting.isEmpty()) {
      String origin = waiting.remove();
      if (found.containsKey(origin)) {
        continue;
      }
      List<LineTable.Line> rows = lines.ofOrigin(origin);
      found.put(origin, rows);
      boolean isVisit = isVisit(origin);
      if (!isVisit && !isOf(origin, MessageRows.CHARGES)) {
        continue;
      }
      for (LineTable.Line line : rows) {
        String pointer = line.row().pointer();
        if (pointer != null && asked.add("p" + pointer)) {
          waiting.addAll(lines.originsByPointer(LineTable.name(tenant, pointer)));
        }
        if (isVisit) {
          waiting.addAll(onOneDay(line, asked));
        }
      }
    }
    return found;
  }

  /** Returns the visits of the patient of a row on its date of service. */
  private List<String> onOneDay(LineTable.Line line, Set<String> asked) {
    String patient = line.row().patient();
    List<String> visits = new ArrayList<>();
    if (patient == null || line.row().date() == null) {
      return visits;
    }
    for (String name : names(patient, form(line.receipt()).form().isTranslated())) {
      if (asked.add("d" + line.row().date() + name)) {
        for (String origin :
            lines.originsByPatient(LineTable.name(tenant, name), line.row().date())) {
          if (isVisit(origin)) {
            visits.add(origin);
          }
        }
      }
    }
    return visits;
  }

  /** Returns all names under which files may know a patient. */
  Set<String> names(String patient, boolean isTranslated) {
    return names.computeIfAbsent(isTranslated + patient, any -> found(patient, isTranslated));
  }

  private Set<String> found(String patient, boolean isTranslated) {
    Set<String> names = new TreeSet<>();
    names.add(patient);
    String account = isTranslated ? account(patient) : patient;
    if (account != null) {
      names.add(account);
      for (String origin : lines.originsByPatient(LineTable.account(tenant, account))) {
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
