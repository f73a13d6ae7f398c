package org.visitbalance.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
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

  /** Returns what the rows of a file are about. */
  List<String> originsOf(long receipt) {
    return origins(
        "select distinct origin from line where place >= ? and place < ?",
        first(receipt),
        first(receipt + 1));
  }

  List<String> originsByPointer(String pointer) {
    return origins("select distinct origin from line where pointer = ?", pointer);
  }

  List<String> originsByPatient(String patient) {
    return origins("select distinct origin from line where patient = ?", patient);
  }

  List<String> originsByPatient(String patient, LocalDate date) {
    return origins(
        "select distinct origin from line where patient = ? and on_day = ?",
        patient,
        (int) date.toEpochDay());
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

  List<Line> ofOrigin(String origin) {
    return sql.list(
        "select place, line, origin, id, pointer, patient, on_day, said from line where origin = ?",
        LineTable::line,
        origin);
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
