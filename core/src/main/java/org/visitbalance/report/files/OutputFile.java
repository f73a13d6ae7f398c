package org.visitbalance.report.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CodePoints;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Close;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitSummary;
import org.visitbalance.text.Cells;
import org.visitbalance.text.JsonText;

/** The files of JSON lines that a run writes, and the fields that sort each (contract.md#files). */
final class OutputFile {
  private static final String TENANT = "tenant";
  private static final String VISIT = "visit";

  /** Comes before whatever a text may have. */
  private static final char END = 0;

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .rootValueSeparator("\n")
          .build();

  /** Fields of a discrepancy or an insight that only the topics have. */
  private static final Set<String> ON_TOPICS_ONLY =
      Set.of(
          "openedAt",
          "resolvedAt",
          "assignee",
          "acceptedBecause",
          "before",
          "after",
          "leftAt",
          "openedByRules");

  static final OutputFile BALANCES =
      new OutputFile(
          "balances.jsonl", Balance.getClassSchema(), TENANT, "location", "granularity", "from");
  static final OutputFile ITEMS =
      new OutputFile(
          "items.jsonl",
          Item.getClassSchema(),
          TENANT,
          "location",
          "granularity",
          "from",
          "list",
          VISIT);
  static final OutputFile VISITS =
      new OutputFile("visits.jsonl", VisitSummary.getClassSchema(), TENANT, VISIT);
  static final OutputFile DISCREPANCIES =
      new OutputFile(
          "discrepancies.jsonl",
          Discrepancy.getClassSchema(),
          TENANT,
          "level",
          "kind",
          "location",
          "date",
          VISIT);
  static final OutputFile LATE_ARRIVALS =
      new OutputFile("late-arrivals.jsonl", LateArrival.getClassSchema(), TENANT, VISIT);
  static final OutputFile UNIT_VARIANCES =
      new OutputFile("unit-variances.jsonl", UnitVariance.getClassSchema(), TENANT, VISIT, "cpt");
  static final OutputFile CAP_PROPOSALS =
      new OutputFile(
          "cap-proposals.jsonl", CapProposal.getClassSchema(), TENANT, "payerId", "cpt", "month");

  static final OutputFile INSIGHTS =
      new OutputFile(
          "insights.jsonl", Insight.getClassSchema(), TENANT, "kind", "location", "date", "about");

  /** Of audits; a period is named by its balance. */
  static final OutputFile CLOSES =
      new OutputFile(
          "closes.jsonl",
          Close.getClassSchema(),
          "balance.tenant",
          "balance.location",
          "balance.granularity",
          "balance.from",
          "version");

  private final String fileName;
  private final Schema schema;
  private final int[][] key;
  private final List<SerializedString> names;

  /** Fields of this file's records that it does not have. */
  private final Set<String> omitted;

  private OutputFile(String fileName, Schema schema, String... key) {
    this.fileName = fileName;
    this.schema = schema;
    this.omitted =
        schema.equals(Discrepancy.getClassSchema()) || schema.equals(Insight.getClassSchema())
            ? ON_TOPICS_ONLY
            : Set.of();
    this.names =
        schema.getFields().stream().map(field -> new SerializedString(field.name())).toList();
    this.key = Stream.of(key).map(name -> place(schema, name)).toArray(int[][]::new);
  }

  /** The positions that lead to a field, which may be one of a record within. */
  private static int[] place(Schema schema, String name) {
    String[] parts = name.split("\\.", -1);
    int[] place = new int[parts.length];
    Schema at = schema;
    for (int i = 0; i < parts.length; i++) {
      place[i] = at.getField(parts[i]).pos();
      at = at.getField(parts[i]).schema();
    }
    return place;
  }

  String fileName() {
    return fileName;
  }

  /** A record with the texts that sort it: the order of code points is that of UTF-8 bytes. */
  private static final class Line {
    final byte[] key;
    final SpecificRecord record;

    Line(byte[] key, SpecificRecord record) {
      this.key = key;
      this.record = record;
    }
  }

  /**
   * Writes records, sorted.
   *
   * @param visitName what stands for a visit's token
   */
  void write(
      OutputStream out,
      Collection<? extends SpecificRecord> records,
      UnaryOperator<String> visitName)
      throws IOException {
    Line[] lines = sorted(records, visitName);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      for (Line line : lines) {
        write(json, line.record, visitName);
      }
      if (lines.length > 0) {
        json.writeRaw('\n');
      }
    }
  }

  /**
   * Writes the same for a spreadsheet: RFC 4180, a record within a record as columns with dotted
   * names, lists and maps as JSON; texts that a spreadsheet would run are made harmless.
   */
  void writeCsv(OutputStream out, Collection<? extends SpecificRecord> records) throws IOException {
    List<Schema.Field> fields =
        schema.getFields().stream()
            .filter(field -> !ON_TOPICS_ONLY.contains(field.name()))
            .toList();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out)) {
      List<String> cells = new ArrayList<>();
      fields.forEach(field -> addNames(cells, "", field));
      csv.writeRecord(cells);
      for (Line line : sorted(records, UnaryOperator.identity())) {
        cells.clear();
        for (Schema.Field field : fields) {
          addCells(cells, field, line.record.get(field.pos()));
        }
        csv.writeRecord(cells);
      }
    }
  }

  /** Returns the paths of this file's fields; lists within a record are tables of their own. */
  List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      if (!omitted.contains(field.name()) && field.schema().getType() != Schema.Type.ARRAY) {
        addNames(paths, "", field);
      }
    }
    return paths;
  }

  /** Returns records in the order of this file's lines. */
  List<SpecificRecord> ordered(
      Collection<? extends SpecificRecord> records, UnaryOperator<String> visitName) {
    return Arrays.stream(sorted(records, visitName)).map(line -> line.record).toList();
  }

  private static void addNames(List<String> names, String before, Schema.Field field) {
    if (field.schema().getType() == Schema.Type.RECORD) {
      field
          .schema()
          .getFields()
          .forEach(inner -> addNames(names, before + field.name() + ".", inner));
    } else {
      names.add(before + field.name());
    }
  }

  private static void addCells(List<String> cells, Schema.Field field, @Nullable Object value)
      throws IOException {
    if (field.schema().getType() == Schema.Type.RECORD && value instanceof SpecificRecord record) {
      for (Schema.Field inner : field.schema().getFields()) {
        addCells(cells, inner, record.get(inner.pos()));
      }
    } else if (value instanceof Map<?, ?> || value instanceof Collection<?>) {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(text)) {
        JsonText.writeValue(json, value);
      }
      cells.add(text.toString());
    } else {
      cells.add(
          value == null
              ? ""
              : value instanceof Number ? value.toString() : Cells.safe(value.toString()));
    }
  }

  private Line[] sorted(
      Collection<? extends SpecificRecord> records, UnaryOperator<String> visitName) {
    Line[] lines =
        records.stream()
            .map(record -> new Line(keyOf(record, visitName), record))
            .toArray(Line[]::new);
    Arrays.parallelSort(lines, (one, other) -> compare(one, other, visitName));
    return lines;
  }

  private byte[] keyOf(SpecificRecord record, UnaryOperator<String> visitName) {
    StringBuilder texts = new StringBuilder();
    for (int[] place : key) {
      Object value = record;
      for (int at : place) {
        value = ((SpecificRecord) value).get(at);
      }
      boolean isVisit = value != null && schema.getFields().get(place[0]).name().equals(VISIT);
      String text = String.valueOf(value);
      texts.append(isVisit ? visitName.apply(text) : text).append(END);
    }
    return texts.toString().getBytes(UTF_8);
  }

  /** Lines of equal keys are in the order of their whole texts. */
  private int compare(Line one, Line other, UnaryOperator<String> visitName) {
    int order = Arrays.compareUnsigned(one.key, other.key);
    return order != 0
        ? order
        : CodePoints.compare(text(one.record, visitName), text(other.record, visitName));
  }

  private String text(SpecificRecord record, UnaryOperator<String> visitName) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(json, record, visitName);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private void write(JsonGenerator json, SpecificRecord record, UnaryOperator<String> visitName)
      throws IOException {
    json.writeStartObject();
    for (Schema.Field field : schema.getFields()) {
      Object value = record.get(field.pos());
      if (!omitted.contains(field.name()) && JsonText.isWritten(field, value)) {
        json.writeFieldName(names.get(field.pos()));
        if (field.name().equals(VISIT) && value != null) {
          json.writeString(visitName.apply(value.toString()));
        } else {
          JsonText.writeValue(json, value);
        }
      }
    }
    json.writeEndObject();
  }
}
