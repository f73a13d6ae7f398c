package org.visitbalance.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.ingest.StoredForm;
import org.visitbalance.ingest.StoredRow;

/**
 * The rows of the standing files. Names of origins, pointers and patients begin with the tenant.
 */
final class LineTable {
  private static final char BETWEEN = '\n';
  private static final String ACCOUNT = "=";

  /** The place of a row is its file's receipt, so many bits up, and its number in the file. */
  private static final int BITS = 32;

  private static final int COLUMNS = 8;

  private final Sql sql;
  private final Inserting inserting;

  LineTable(Sql sql) {
    this.sql = sql;
    this.inserting = new Inserting(sql, "line", COLUMNS);
  }

  /** A patient, named within a tenant, on a date of service. */
  record PatientDay(String patient, LocalDate date) {}

  /** A row and the receipt of its file. */
  record Line(long receipt, String origin, StoredRow row) {}

  /** Returns a name within a tenant. */
  static String name(String tenant, String name) {
    return tenant + BETWEEN + name;
  }

  /** Returns the name of an account number, by which the rows of a crosswalk are found. */
  static String account(String tenant, String account) {
    return name(tenant, ACCOUNT + account);
  }

  /** Inserts a row, at the latest with {@link #flush}. */
  void insert(long receipt, long n, String tenant, StoredForm form, StoredRow row) {
    String patient =
        form.kind().equals(Making.PATIENT)
            ? account(tenant, FactMaker.account(row))
            : row.patient() == null ? null : name(tenant, row.patient());
    LocalDate date = row.date();
    inserting.add(
        first(receipt) + n,
        row.line(),
        name(tenant, FactMaker.origin(form.scope(), row.id())),
        row.id(),
        row.pointer() == null ? null : name(tenant, row.pointer()),
        patient,
        date == null ? null : (int) date.toEpochDay(),
        row.values());
  }

  /** Inserts what waits for more rows. */
  void flush() {
    inserting.flush();
  }

  private static long first(long receipt) {
    return receipt << BITS;
  }

  void delete(long receipt) {
    sql.update(
        "delete from line where place >= ? and place < ?", first(receipt), first(receipt + 1));
  }

  /** Deletes what messages have said of something; their forms have numbers below 0. */
  void deleteOfMessages(String origin) {
    sql.update("delete from line where origin = ? and place < 0", origin);
  }

  /** Returns what the rows of a file are about. */
  List<String> originsOf(long receipt) {
    return origins(
        "select distinct origin from line where place >= ? and place < ?",
        first(receipt),
        first(receipt + 1));
  }

  List<String> originsByPatient(String patient) {
    return origins("select distinct origin from line where patient = ?", patient);
  }

  /** Returns every origin of a tenant of which a file names the patient by the EMR's id. */
  Set<String> translated(String tenant) {
    Set<String> origins = new TreeSet<>();
    sql.list(
            "select receipt from file where tenant = ? and translated",
            row -> row.getLong(1),
            tenant)
        .forEach(receipt -> origins.addAll(originsOf(receipt)));
    new MessageTable(sql).translated(tenant).forEach(form -> origins.addAll(originsOf(form)));
    return origins;
  }

  /** Returns the rows of some origins by origin, as far as they have any. */
  Map<String, List<Line>> ofOrigins(Collection<String> origins) {
    Map<String, List<Line>> found = new HashMap<>();
    sql.each(
        "select place, line, origin, id, pointer, patient, on_day, said from line"
            + " where origin = any(?)",
        row -> add(found, Sql.read(LineTable::line, row)),
        (Object) origins.toArray());
    return found;
  }

  private static void add(Map<String, List<Line>> found, Line line) {
    found.computeIfAbsent(line.origin, any -> new ArrayList<>(2)).add(line);
  }

  /** Returns which origins have rows with some pointers, by pointer. */
  Map<String, List<String>> originsByPointers(Collection<String> pointers) {
    return origins("select distinct pointer, origin from line where pointer = any(?)", pointers);
  }

  /** Returns which origins have rows that name some patients, by patient. */
  Map<String, List<String>> originsByPatients(Collection<String> patients) {
    return origins("select distinct patient, origin from line where patient = any(?)", patients);
  }

  private Map<String, List<String>> origins(String query, Collection<String> keys) {
    Map<String, List<String>> found = new HashMap<>();
    sql.each(
        query,
        row ->
            found
                .computeIfAbsent(Sql.read(one -> one.getString(1), row), any -> new ArrayList<>(1))
                .add(Sql.read(one -> one.getString(2), row)),
        (Object) keys.toArray());
    return found;
  }

  /** Returns which origins have rows of some patients' days, by day. */
  Map<PatientDay, List<String>> originsByDays(Collection<PatientDay> days) {
    Map<PatientDay, List<String>> found = new HashMap<>();
    sql.each(
        """
        select distinct line.patient, line.on_day, line.origin
        from unnest(?, ?) as wanted (patient, on_day)
        join line on line.patient = wanted.patient and line.on_day = wanted.on_day""",
        row ->
            found
                .computeIfAbsent(Sql.read(LineTable::day, row), any -> new ArrayList<>(1))
                .add(Sql.read(one -> one.getString(3), row)),
        days.stream().map(PatientDay::patient).toArray(),
        days.stream().map(day -> (int) day.date.toEpochDay()).toArray());
    return found;
  }

  private static PatientDay day(ResultSet row) throws SQLException {
    return new PatientDay(row.getString(1), LocalDate.ofEpochDay(row.getInt(2)));
  }

  private List<String> origins(String query, Object... values) {
    return sql.list(query, row -> row.getString(1), values);
  }

  private static Line line(ResultSet row) throws SQLException {
    int day = row.getInt("on_day");
    LocalDate date = row.wasNull() ? null : LocalDate.ofEpochDay(day);
    return new Line(
        row.getLong("place") >> BITS,
        row.getString("origin"),
        new StoredRow(
            row.getLong("line"),
            row.getString("id"),
            within(row.getString("pointer")),
            within(row.getString("patient")),
            date,
            row.getBytes("said")));
  }

  private static @Nullable String within(@Nullable String name) {
    return name == null ? null : name.substring(name.indexOf(BETWEEN) + 1);
  }
}
