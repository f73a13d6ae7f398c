package org.visitbalance.query.model;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.output.Balance;
import org.visitbalance.output.VisitCharge;
import org.visitbalance.output.VisitIds;
import org.visitbalance.service.TopicReader;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/** What the tables must hold, read from the topics without them; and what they do hold. */
final class TopicTables {
  private static final Map<Table, List<Topic<?>>> SOURCES =
      Map.ofEntries(
          Map.entry(Tables.BALANCE, List.of(Topics.BALANCES)),
          Map.entry(Tables.ITEM, List.of(Topics.ITEMS)),
          Map.entry(Tables.VISIT, List.of(Topics.VISIT_SUMMARIES)),
          Map.entry(Tables.LATE_ARRIVAL, List.of(Topics.LATE_ARRIVALS)),
          Map.entry(Tables.UNIT_VARIANCE, List.of(Topics.UNIT_VARIANCES)),
          Map.entry(Tables.CAP_PROPOSAL, List.of(Topics.CAP_PROPOSALS)),
          Map.entry(Tables.INSIGHT, List.of(Topics.INSIGHTS)),
          Map.entry(Tables.ANNOTATION, List.of(Topics.ANNOTATIONS)),
          Map.entry(
              Tables.DISCREPANCY, List.of(Topics.PERIOD_DISCREPANCIES, Topics.VISIT_DISCREPANCIES)),
          Map.entry(Tables.RECEIVED_FILE, List.of(Topics.FILES)),
          Map.entry(Tables.VISIT_IDS, List.of(Topics.VISIT_IDS)));

  private TopicTables() {}

  /** By table, key to the values of its columns as texts. */
  static Map<String, Map<String, String>> ofTopics(TopicReader reader) {
    Map<String, Map<String, String>> all = new TreeMap<>();
    SOURCES.forEach(
        (table, topics) -> {
          Map<String, SpecificRecord> latest = new TreeMap<>();
          reader.read(
              topics,
              (topic, key, value) -> {
                if (value == null) {
                  latest.remove(key);
                } else {
                  latest.put(key, value);
                }
              });
          Map<String, String> rows = new TreeMap<>();
          latest.forEach((key, value) -> rows.put(key, text(values(value))));
          all.put(table.name(), rows);
          if (table.equals(Tables.VISIT_IDS)) {
            all.put(Tables.VISIT_CHARGE.name(), charges(latest));
          } else if (table.equals(Tables.BALANCE)) {
            all.put(Tables.PROVIDER.name(), providers(latest));
          }
        });
    return all;
  }

  private static List<Object> values(SpecificRecord value) {
    List<Object> values = new ArrayList<>(Arrays.asList(Flat.values(value)));
    if (value instanceof VisitIds ids) {
      values.add(VisitNames.id(ids.getName()));
    }
    return values;
  }

  private static Map<String, String> charges(Map<String, SpecificRecord> visits) {
    Map<String, String> rows = new TreeMap<>();
    visits.forEach(
        (key, value) -> {
          VisitIds ids = (VisitIds) value;
          for (VisitCharge charge : ids.getCharges()) {
            List<Object> values = new ArrayList<>(Arrays.asList(Flat.values(charge)));
            values.add(ids.getTenant());
            values.add(ids.getVisit());
            rows.put(key + " " + charge.getChargeId(), text(values));
          }
        });
    return rows;
  }

  private static Map<String, String> providers(Map<String, SpecificRecord> balances) {
    Map<String, String> rows = new TreeMap<>();
    balances.forEach(
        (key, balance) ->
            ((Balance) balance)
                .getProviders()
                .forEach(
                    one ->
                        rows.put(
                            key + " " + one.getProviderId(),
                            text(Arrays.asList(Flat.values(one))))));
    return rows;
  }

  static Map<String, Map<String, String>> ofTables(Database database) {
    Map<String, Map<String, String>> all = new TreeMap<>();
    List<Table> tables = new ArrayList<>(SOURCES.keySet());
    tables.add(Tables.PROVIDER);
    tables.add(Tables.VISIT_CHARGE);
    for (Table table : tables) {
      Map<String, String> rows = new TreeMap<>();
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createQuery("select * from " + table.name())
                      .map(
                          (row, context) -> {
                            List<Object> values = values(table, row);
                            String key = row.getString(Table.KEY);
                            boolean isOneOfSeveral =
                                table.equals(Tables.PROVIDER) || table.equals(Tables.VISIT_CHARGE);
                            String more = isOneOfSeveral ? " " + values.get(0) : "";
                            rows.put(key + more, text(values));
                            return key;
                          })
                      .list());
      all.put(table.name(), rows);
    }
    return all;
  }

  /** The values of a row, as {@link Flat} has them. */
  static List<Object> values(Table table, ResultSet row) throws SQLException {
    List<Object> values = new ArrayList<>();
    for (Column column : table.columns()) {
      Object value =
          column.type() == Column.Type.MOMENT
              ? row.getObject(column.name(), OffsetDateTime.class)
              : column.type() == Column.Type.DAY
                  ? row.getObject(column.name(), LocalDate.class)
                  : row.getObject(column.name());
      values.add(
          value instanceof OffsetDateTime moment
              ? moment.withOffsetSameInstant(ZoneOffset.UTC)
              : value);
    }
    return values;
  }

  /** Empties the tables, as if nothing had been read. */
  static void empty(Database database) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("delete from read_offset");
              Tables.ALL.forEach(table -> handle.execute("delete from " + table.name()));
            });
  }

  private static String text(List<?> values) {
    return values.toString();
  }
}
