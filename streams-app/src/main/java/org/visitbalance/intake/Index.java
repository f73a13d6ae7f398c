package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.SchemaNormalization;
import org.visitbalance.core.FactKind;
import org.visitbalance.ingest.FactMaker;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Sha256;

/**
 * What is known of the files, as tables (ADR 25): the standing files, their rows, the facts made of
 * them, and the facts that were sent. It can be made again from the archive. Not thread-safe.
 */
final class Index implements AutoCloseable {
  private static final List<String> TABLES =
      List.of(
          "create table if not exists meta (name varchar primary key, said varchar)",
          "create table if not exists mapping (hash varchar primary key, said varchar)",
          """
          create table if not exists file (
            receipt bigint primary key, tenant varchar not null, name varchar not null,
            sha varchar not null, part varchar not null, state varchar not null,
            standing boolean not null, place varchar, record varbinary not null,
            mapping varchar, entry int, profile varchar, header varchar, zone varchar,
            kind varchar, scope varchar, moment varchar, translated boolean, complete boolean)""",
          "create index if not exists file_name on file (tenant, name)",
          "create index if not exists file_sha on file (tenant, sha)",
          "create index if not exists file_scope on file (tenant, scope)",
          """
          create table if not exists line (
            place bigint primary key, line bigint not null, origin varchar not null,
            id varchar not null, pointer varchar, patient varchar, on_day int,
            said varbinary not null)""",
          "create index if not exists line_origin on line (origin)",
          "create index if not exists line_pointer on line (pointer)",
          "create index if not exists line_patient on line (patient, on_day)",
          """
          create table if not exists made (
            origin varchar not null, n int not null, entity varchar not null,
            fact varbinary not null, primary key (origin, n))""",
          "create index if not exists made_entity on made (entity)",
          """
          create table if not exists sent (
            entity varchar primary key, fact varbinary not null, base varbinary not null,
            gone boolean not null, hashes varbinary not null)""",
          """
          create table if not exists outbox (
            receipt bigint not null, n bigint not null, facts varbinary not null,
            primary key (receipt, n))""",
          """
          create table if not exists letter (
            receipt bigint not null, n bigint not null, line bigint, field varchar, reason varchar,
            primary key (receipt, n))""");

  private static final String FORM = "form";

  /** Another number makes an index anew that was made with other tables. */
  private static final String TABLES_VERSION = "4";

  private static final String FILE = "index.mv.db";

  private final Sql sql;
  private final boolean isOutdated;

  private Index(Sql sql, boolean isOutdated) {
    this.sql = sql;
    this.isOutdated = isOutdated;
  }

  /** Opens the index in a folder, or begins an empty one. */
  static Index open(Path folder) {
    Sql sql = Sql.open(folder.resolve("index"));
    sql.script(TABLES);
    sql.script(MessageTable.TABLES);
    String now = form();
    String said = sql.first("select said from meta where name = ?", row -> row.getString(1), FORM);
    if (said == null) {
      sql.update("insert into meta values (?, ?)", FORM, now);
      sql.commit();
    }
    return new Index(sql, said != null && !said.equals(now));
  }

  /** Returns whether a folder has an index. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** Deletes the index in a folder. */
  static void delete(Path folder) throws IOException {
    for (String name : List.of(FILE, "index.trace.db")) {
      Files.deleteIfExists(folder.resolve(name));
    }
  }

  /** Returns whether another form of the program has made it, so that it must be made again. */
  boolean isOutdated() {
    return isOutdated;
  }

  Sql sql() {
    return sql;
  }

  /** Ends an index whose file could not be written, so that it can be opened again. */
  void end() {
    sql.end();
  }

  private static String form() {
    StringBuilder form = new StringBuilder(FactMaker.form());
    for (FactKind kind : FactKind.values()) {
      form.append(SchemaNormalization.parsingFingerprint64(kind.empty().getSchema()));
    }
    form.append(SchemaNormalization.parsingFingerprint64(ReceivedFile.getClassSchema()));
    form.append(IntakeFolder.TAGS);
    form.append(TABLES_VERSION);
    return Sha256.hex(form.toString());
  }

  @Override
  public void close() {
    sql.close();
  }
}
