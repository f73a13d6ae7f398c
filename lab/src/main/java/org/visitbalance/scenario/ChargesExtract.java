package org.visitbalance.scenario;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitLine;
import org.visitbalance.fact.VisitStatus;

/** The EMR's part of the Standard Extract: one row per documented line (files.md#profiles). */
final class ChargesExtract {
  static final String NEW = "1";
  static final String MODIFIED = "2";
  static final String REMOVED = "3";

  private static final List<String> HEADER =
      List.of(
          "record_pointer",
          "visit_id",
          "patient_id",
          "case_id",
          "clinic_id",
          "visit_date",
          "therapist_id",
          "cosign_therapist_id",
          "note_type",
          "cpt",
          "cpt_modifier",
          "units",
          "charge_amount",
          "note_finalized_date",
          "modified_date",
          "export_flag",
          "no_charge",
          "pos_code");

  /** Columns for what else a visit says. */
  private static final List<String> MORE =
      List.of("payer_code", "revision", "addendum_date", "re_billed", "timed");

  /** The column whose rows stay together: those of one visit. */
  static final int VISIT_COLUMN = 1;

  /** Stands for the lines of a visit that has none. */
  private static final VisitLine NO_LINE = Codes.untimed("", Codes.NO_MODIFIERS, 0);

  private final ExtractCells cells;

  ChargesExtract(ExtractCells cells) {
    this.cells = cells;
  }

  List<String> header() {
    return cells.isFull() ? ExtractCells.together(HEADER, MORE) : HEADER;
  }

  /** Returns whether the visit was different at first, so that an earlier file has to say so. */
  static boolean changed(Visit visit) {
    return visit.getOccurredAt().isAfter(visit.getFinalizedAt());
  }

  /**
   * Returns the rows of the day on which a changed visit was first finalized. Its first form is
   * made up: one more unit in its first line and, unless it was retracted, one more line.
   */
  List<List<String>> first(Visit visit) {
    List<VisitLine> lines = new ArrayList<>(visit.getLines());
    VisitLine head = lines.get(0);
    lines.set(0, Codes.withUnits(head, head.getUnits() + 1));
    if (visit.getStatus() == VisitStatus.FINALIZED) {
      lines.add(dropped());
    }
    return rows(visit, lines, visit.getFinalizedAt(), NEW);
  }

  /** Returns the rows of the day on which the visit got its final form. */
  List<List<String>> last(Visit visit) {
    Instant modified = visit.getOccurredAt();
    if (visit.getStatus() == VisitStatus.RETRACTED) {
      return rows(visit, visit.getLines(), modified, REMOVED);
    } else if (!changed(visit)) {
      return rows(visit, visit.getLines(), modified, NEW);
    }
    List<List<String>> rows = rows(visit, visit.getLines(), modified, MODIFIED);
    rows.add(row(visit, dropped(), visit.getLines().size(), modified, REMOVED));
    return rows;
  }

  private static VisitLine dropped() {
    return Codes.untimed("97032", Codes.GP, 1);
  }

  private List<List<String>> rows(
      Visit visit, List<VisitLine> lines, Instant modified, String flag) {
    List<List<String>> rows = new ArrayList<>(lines.size() + 1);
    for (int i = 0; i < lines.size(); i++) {
      rows.add(row(visit, lines.get(i), i, modified, flag));
    }
    return rows;
  }

  /**
   * Returns the rows of the day on which a visit was finalized, amended, or retracted. Whatever was
   * sent before of the visit, it is then as the fact says: an addendum drops one line at most.
   */
  List<List<String>> each(Visit visit) {
    List<VisitLine> lines = visit.getLines().isEmpty() ? List.of(NO_LINE) : visit.getLines();
    Instant modified = visit.getOccurredAt();
    if (visit.getStatus() == VisitStatus.RETRACTED) {
      return rows(visit, lines, modified, REMOVED);
    } else if (visit.getRevision() == 0) {
      return rows(visit, lines, modified, NEW);
    }
    List<List<String>> rows = rows(visit, lines, modified, MODIFIED);
    rows.add(row(visit, dropped(), lines.size(), modified, REMOVED));
    return rows;
  }

  private List<String> row(Visit visit, VisitLine line, int number, Instant modified, String flag) {
    List<String> row = usual(visit, line, number, modified, flag);
    return cells.isFull() ? ExtractCells.together(row, more(visit, line)) : row;
  }

  private List<String> more(Visit visit, VisitLine line) {
    return List.of(
        ExtractCells.text(visit.getPayerId()),
        cells.number(visit.getRevision()),
        visit.getRevision() == 0 ? "" : cells.time(visit.getFinalizedAt()),
        ExtractCells.truth(visit.getRebilled()),
        ExtractCells.truth(line.getTimed()));
  }

  private List<String> usual(
      Visit visit, VisitLine line, int number, Instant modified, String flag) {
    String assistant = visit.getDocumentingTherapistId();
    return List.of(
        visit.getVisitId() + "-" + (number + 1),
        visit.getVisitId(),
        cells.emrPatient(visit.getPatientKey()),
        ExtractCells.text(visit.getCaseId()),
        visit.getClinicId(),
        cells.date(visit.getDateOfService()),
        assistant == null ? visit.getTherapistId() : assistant,
        assistant == null ? "" : visit.getTherapistId(),
        noteType(visit),
        line.getCpt(),
        String.join(" ", line.getModifiers()),
        line.equals(NO_LINE) ? "" : cells.number(line.getUnits()),
        cells.money(line.getAmountCents()),
        visit.getRevision() == 0
            ? cells.time(visit.getFinalizedAt())
            : cells.date(visit.getFinalizedOn()),
        cells.time(modified),
        flag,
        noCharge(visit),
        ExtractCells.text(visit.getPosCode()));
  }

  private static String noteType(Visit visit) {
    return switch (visit.getNoteType()) {
      case INITIAL_EVALUATION -> "IE";
      case DAILY_NOTE -> "DN";
      case PROGRESS_NOTE -> "PN";
      case DISCHARGE -> "DS";
      default -> "OT";
    };
  }

  private static String noCharge(Visit visit) {
    return switch (visit.getNoCharge()) {
      case NC001 -> "NC001";
      case DO_NOT_BILL -> "Do Not Bill";
      default -> "";
    };
  }
}
