package org.visitbalance.table;

import java.time.ZoneId;

/**
 * A column of a list.
 *
 * @param path the path of its field in JSON: names joined by dots
 * @param label its heading for people
 */
public record TableColumn(String path, String label, CellType type) {
  /** Returns the heading; moments name their time zone. */
  String heading(ZoneId zone) {
    return type == CellType.MOMENT ? label + " (" + zone + ")" : label;
  }
}
