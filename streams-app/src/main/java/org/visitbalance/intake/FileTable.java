package org.visitbalance.intake;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.FactMaker.StoredFile;
import org.visitbalance.ingest.StoredForm;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Sha256;
import org.visitbalance.platform.serde.Codec;

/** The files that were received, by the number of their receipt. */
final class FileTable {
  private static final Codec<ReceivedFile> CODEC = new Codec<>(ReceivedFile.class);
  private static final String STORED =
      "select f.*, m.said from file f left join mapping m on m.hash = f.mapping where f.";

  private final Sql sql;

  FileTable(Sql sql) {
    this.sql = sql;
  }

  /**
   * A file and where its content is.
   *
   * @param place a path; relative to the archive of its folder once it is there
   */
  record Entry(ReceivedFile file, boolean standing, @Nullable String place) {}

  /** Returns the number of the newest receipt; 0 if there is none. */
  long newest() {
    Long newest = sql.first("select max(receipt) from file", row -> row.getLong(1));
    return newest == null ? 0 : newest;
  }

  /** Writes a file, or what has become of it. */
  void put(ReceivedFile file, boolean standing, @Nullable String place) {
    byte[] record = CODEC.encode(file);
    String state = file.getState().name();
    int known =
        sql.update(
            "update file set part = ?, state = ?, standing = ?, place = ?, record = ?"
                + " where receipt = ?",
            file.getPart(),
            state,
            standing,
            place,
            record,
            file.getReceipt());
    if (known == 0) {
      sql.update(
          "insert into file (receipt, tenant, name, sha, part, state, standing, place, record)"
              + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          file.getReceipt(),
          file.getTenant(),
          file.getName(),
          file.getSha256(),
          file.getPart(),
          state,
          standing,
          place,
          record);
    }
  }

  /** Writes how the rows of a file were read. */
  void form(long receipt, StoredForm form, boolean isComplete) {
    String hash = Sha256.hex(form.mapping());
    sql.update("merge into mapping key (hash) values (?, ?)", hash, form.mapping());
    sql.update(
        "update file set mapping = ?, entry = ?, profile = ?, header = ?, zone = ?, kind = ?,"
            + " scope = ?, moment = ?, translated = ?, complete = ? where receipt = ?",
        hash,
        form.entry(),
        form.profile(),
        String.join("\n", form.header()),
        form.zone().getId(),
        form.kind(),
        form.scope(),
        form.moment() == null ? null : form.moment().toString(),
        form.isTranslated(),
        isComplete,
        receipt);
  }

  @Nullable Entry get(long receipt) {
    return sql.first("select * from file where receipt = ?", FileTable::entry, receipt);
  }

  /** Returns the version of a name that stands, or null. */
  @Nullable Entry standing(String tenant, String name) {
    return sql.first(
        "select * from file where tenant = ? and name = ? and standing",
        FileTable::entry,
        tenant,
        name);
  }

  /** Returns the files with a content, the newest first. */
  List<Entry> ofContent(String tenant, String sha) {
    return sql.list(
        "select * from file where tenant = ? and sha = ? order by receipt desc",
        FileTable::entry,
        tenant,
        sha);
  }

  /**
   * Returns the files that were refused before a receipt and have its content or a name.
   *
   * @param name null to look for the content alone
   */
  List<Entry> refused(ReceivedFile file, @Nullable String name) {
    return sql.list(
        "select * from file where tenant = ? and state = ? and receipt < ? and (sha = ? or name = ?)",
        FileTable::entry,
        file.getTenant(),
        FileState.QUARANTINED.name(),
        file.getReceipt(),
        file.getSha256(),
        name);
  }

  /** Returns the newest file whose content has a hash that begins so, or null. */
  @Nullable Entry find(String tenant, String sha) {
    if (!sha.matches("[0-9a-f]{8,64}")) {
      return null;
    }
    return sql.first(
        "select * from file where tenant = ? and sha like ? and place is not null"
            + " order by receipt desc limit 1",
        FileTable::entry,
        tenant,
        sha + "%");
  }

  /** Returns the files of a tenant that were refused and have not come again, the newest first. */
  List<Entry> refused(String tenant, int most) {
    return sql.list(
        "select * from file f where tenant = ? and state = ? and place is not null"
            + " and not exists (select 1 from file n where n.tenant = f.tenant"
            + " and n.name = f.name and n.receipt > f.receipt)"
            + " order by receipt desc limit ?",
        FileTable::entry,
        tenant,
        FileState.QUARANTINED.name(),
        most);
  }

  /** Returns the newest file of a tenant that was read, or null. */
  @Nullable ReceivedFile lastDone(String tenant) {
    Entry entry =
        sql.first(
            "select * from file where tenant = ? and state = ? and place is not null"
                + " order by receipt desc limit 1",
            FileTable::entry,
            tenant,
            FileState.DONE.name());
    return entry == null ? null : entry.file();
  }

  /** Returns how many files are in a state. */
  long count(FileState state) {
    Long count =
        sql.first("select count(*) from file where state = ?", row -> row.getLong(1), state.name());
    return count == null ? 0 : count;
  }

  /** Returns the files that are not at their end, the oldest first. */
  List<Entry> unfinished() {
    return sql.list(
        "select * from file where state in (?, ?) order by receipt",
        FileTable::entry,
        FileState.RECEIVED.name(),
        FileState.READ.name());
  }

  /** Returns the newest files. */
  List<Entry> newest(@Nullable String tenant, int most) {
    return sql.list(
        "select * from file where ? is null or tenant = ? order by receipt desc limit ?",
        FileTable::entry,
        tenant,
        tenant,
        most);
  }

  /** Returns how the rows of a file, or of messages, were read; null if it has none. */
  @Nullable StoredFile stored(long receipt) {
    if (receipt < 0) {
      return new MessageTable(sql).stored(receipt);
    }
    return sql.first(STORED + "receipt = ? and f.scope is not null", FileTable::stored, receipt);
  }

  /** A standing file and the time zone in which its times were read. */
  record Zoned(Entry entry, ZoneId zone) {}

  /** Returns the standing files of a tenant that were read in another zone, the oldest first. */
  List<Zoned> zoned(String tenant, ZoneId other) {
    List<Zoned> all = new ArrayList<>();
    sql.each(
        "select * from file where tenant = ? and standing and zone is not null order by receipt",
        row -> {
          ZoneId zone = ZoneId.of(Sql.read(one -> one.getString("zone"), row));
          if (!zone.getRules().equals(other.getRules())) {
            all.add(new Zoned(Sql.read(FileTable::entry, row), zone));
          }
        },
        tenant);
    return all;
  }

  /** Returns the standing files of a scope, and the messages whose rows are of it. */
  List<StoredFile> ofScope(String tenant, String scope) {
    List<StoredFile> all =
        sql.list(
            STORED + "tenant = ? and f.scope = ? and f.standing", FileTable::stored, tenant, scope);
    all.addAll(new MessageTable(sql).ofScope(tenant, scope));
    return all;
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        CODEC.decode(row.getBytes("record")), row.getBoolean("standing"), row.getString("place"));
  }

  private static StoredFile stored(ResultSet row) throws SQLException {
    ReceivedFile file = CODEC.decode(row.getBytes("record"));
    String moment = row.getString("moment");
    return new StoredFile(
        file.getReceipt(),
        file.getName(),
        new StoredForm(
            row.getString("said"),
            row.getInt("entry"),
            row.getString("profile"),
            List.of(row.getString("header").split("\n", -1)),
            ZoneId.of(row.getString("zone")),
            row.getString("kind"),
            row.getString("scope"),
            moment == null ? null : Instant.parse(moment),
            row.getBoolean("translated")),
        file.getReceivedAt(),
        row.getBoolean("complete"));
  }
}
