package org.visitbalance.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
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

  private final Sql sql;

  LineTable(Sql sql) {
    this.sql = sql;
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

  void insert(long receipt, long n, String tenant, StoredForm form, StoredRow row) {
    String patient =
        form.kind().equals(Making.PATIENT)
            ? account(tenant, FactMaker.account(row))
            : row.patient() == null ? null : name(tenant, row.patient());
    LocalDate date = row.date();
    sql.update(
        "insert into line values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        receipt,
        n,
        row.line(),
        name(tenant, FactMaker.origin(form.scope(), row.id())),
        row.id(),
        row.pointer() == null ? null : name(tenant, row.pointer()),
        patient,
        date == null ? null : (int) date.toEpochDay(),
        row.values());
  }

  void delete(long receipt) {
    sql.update("delete from line where receipt = ?", receipt);
  }

  /** Returns what the rows of a file are about. */
  List<String> originsOf(long receipt) {
    return origins("select distinct origin from line where receipt = ?", receipt);
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
  List<String> translated(String tenant) {
    return origins(
        "select distinct l.origin from file f join line l on l.receipt = f.receipt"
            + " where f.tenant = ? and f.translated",
        tenant);
  }

  List<Line> ofOrigin(String origin) {
    return sql.list(
        "select receipt, line, origin, id, pointer, patient, on_day, said from line where origin = ?",
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
        row.getLong("receipt"),
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
