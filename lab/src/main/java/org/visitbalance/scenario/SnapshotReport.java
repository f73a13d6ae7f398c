package org.visitbalance.scenario;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A report saved every evening that lists what is open then. For days on which its system was
 * silent, it is written when the system is heard of again; a system that has stopped leaves no more
 * files.
 */
final class SnapshotReport {
  private final String name;
  private final List<String> header;
  private final TreeMap<String, List<String>> standing = new TreeMap<>();
  private final List<LocalDate> silentDays = new ArrayList<>();
  private List<List<String>> before = List.of();

  SnapshotReport(String name, List<String> header) {
    this.name = name;
    this.header = header;
  }

  void open(String id, List<String> row) {
    standing.put(id, row);
  }

  void close(String id) {
    standing.remove(id);
  }

  /** Saves the report of an evening. */
  void save(CsvOutput csv, LocalDate day, boolean heard) throws IOException {
    if (!heard) {
      silentDays.add(day);
      return;
    }
    for (LocalDate silent : silentDays) {
      csv.append(name + "_" + silent + ".csv", header, before);
    }
    silentDays.clear();
    before = List.copyOf(standing.values());
    csv.append(name + "_" + day + ".csv", header, before);
  }
}
