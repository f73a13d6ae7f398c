package org.visitbalance.report.files;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Outputs;
import org.visitbalance.output.Balance;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.output.ProviderFigures;
import org.visitbalance.report.Result;
import org.visitbalance.table.TableColumn;
import org.visitbalance.table.TableColumns;
import org.visitbalance.table.TableRows;

/** The lists of a result as tables for people. */
final class ResultTables {
  private static final String VISIT = "visit";

  private ResultTables() {}

  /** Where tables go: each into a sheet or a file of its own. */
  @FunctionalInterface
  interface Target {
    /**
     * Begins a table; the one before is complete.
     *
     * @param title the name of its sheet
     * @param file the name of its file, without an end
     */
    TableRows begin(String title, String file, List<TableColumn> columns) throws IOException;
  }

  /** Writes all lists of a result, what people need first at the front. */
  static void write(Result result, UnaryOperator<String> visitName, Target target)
      throws IOException {
    Outputs outputs = result.outputs();
    list(target, "Discrepancies", OutputFile.DISCREPANCIES, outputs.discrepancies(), visitName);
    list(target, "Balances", OutputFile.BALANCES, outputs.balances(), visitName);
    providers(target, outputs.balances());
    list(target, "Items", OutputFile.ITEMS, outputs.items(), visitName);
    list(target, "Visits", OutputFile.VISITS, outputs.visits(), visitName);
    list(target, "Late arrivals", OutputFile.LATE_ARRIVALS, outputs.lateArrivals(), visitName);
    list(target, "Units", OutputFile.UNIT_VARIANCES, outputs.unitVariances(), visitName);
    list(target, "Suggested limits", OutputFile.CAP_PROPOSALS, outputs.capProposals(), visitName);
    list(target, "What stands out", OutputFile.INSIGHTS, outputs.insights(), visitName);
    letters(target, result.deadLetters());
  }

  private static void list(
      Target target,
      String title,
      OutputFile file,
      Collection<? extends SpecificRecord> records,
      UnaryOperator<String> visitName)
      throws IOException {
    String name = file.fileName().replace(".jsonl", "");
    List<TableColumn> columns = TableColumns.of(name, file.paths());
    List<String[]> paths = split(columns);
    TableRows rows = target.begin(title, name, columns);
    for (SpecificRecord record : file.ordered(records, visitName)) {
      List<@Nullable Object> values = new ArrayList<>(paths.size());
      for (String[] path : paths) {
        Object value = at(record, path);
        values.add(
            value != null && path[0].equals(VISIT) ? visitName.apply(value.toString()) : value);
      }
      rows.add(values);
    }
  }

  private static void providers(Target target, Collection<Balance> balances) throws IOException {
    List<String> period = List.of("tenant", "location", "granularity", "from");
    List<String> paths = new ArrayList<>(period);
    ProviderFigures.getClassSchema().getFields().forEach(field -> paths.add(field.name()));
    List<TableColumn> columns = TableColumns.of("providers", paths);
    TableRows rows = target.begin("By provider", "providers", columns);
    for (SpecificRecord record : OutputFile.BALANCES.ordered(balances, UnaryOperator.identity())) {
      for (ProviderFigures figures : ((Balance) record).getProviders()) {
        List<@Nullable Object> values = new ArrayList<>();
        period.forEach(field -> values.add(at(record, new String[] {field})));
        for (Schema.Field field : ProviderFigures.getClassSchema().getFields()) {
          values.add(figures.get(field.pos()));
        }
        rows.add(values);
      }
    }
  }

  private static void letters(Target target, Collection<DeadLetter> letters) throws IOException {
    TableRows rows =
        target.begin(
            "Invalid records",
            "dead-letters",
            TableColumns.of(TableColumns.FILE_LETTERS, List.of("source", "line", "reason")));
    for (DeadLetter letter : DeadLetterLines.ordered(letters)) {
      List<@Nullable Object> values = new ArrayList<>();
      values.add(letter.getSource());
      values.add(letter.getPosition());
      values.add(DeadLetterLines.reason(letter));
      rows.add(values);
    }
  }

  private static List<String[]> split(List<TableColumn> columns) {
    return columns.stream().map(column -> column.path().split("\\.", -1)).toList();
  }

  /** The value that a path leads to, through records and maps. */
  private static @Nullable Object at(SpecificRecord record, String[] path) {
    Object value = record;
    for (String name : path) {
      if (value instanceof SpecificRecord inner) {
        value = inner.get(inner.getSchema().getField(name).pos());
      } else if (value instanceof Map<?, ?> map) {
        value = map.get(name);
      }
    }
    return value;
  }
}
