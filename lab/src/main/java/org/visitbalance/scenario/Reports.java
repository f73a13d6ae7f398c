package org.visitbalance.scenario;

import java.util.List;
import java.util.Locale;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;

/** The rows of the reports that people save from the screens. */
final class Reports {
  static final List<String> MISSED_NOTES =
      List.of("Note ID", "Patient ID", "Clinic", "POS", "Date of Service", "Therapist");
  static final List<String> REJECTIONS =
      List.of(
          "Entry", "Type", "Reason", "Account", "Case", "EMR Visit", "Date of Service", "Location");
  static final List<String> CLAIMS_FEED =
      List.of("Row", "Visit ID", "Patient ID", "Type", "Status", "Last Activity");
  static final List<String> FEEDS = List.of("Row", "System", "Complete Until", "Recorded");

  private final ExtractCells cells;

  Reports(ExtractCells cells) {
    this.cells = cells;
  }

  List<String> row(Note note) {
    return List.of(
        note.getNoteId(),
        cells.emrPatient(note.getPatientKey()),
        note.getClinicId(),
        ExtractCells.text(note.getPosCode()),
        cells.date(note.getDateOfService()),
        ExtractCells.text(note.getTherapistId()));
  }

  /** Returns the row of a rejection; an entry that came back is listed with its original id. */
  List<String> row(Rejection rejection) {
    return List.of(
        rejection.getRejectionId().replaceFirst("#.*", ""),
        words(rejection.getType()),
        rejection.getReasonCode(),
        rejection.getPatientKey(),
        ExtractCells.text(rejection.getCaseId()),
        ExtractCells.text(rejection.getEmrVisitId()),
        cells.date(rejection.getDateOfService()),
        ExtractCells.text(rejection.getLocationId()));
  }

  List<String> row(Transmission transmission) {
    return List.of(
        transmission.getEventId(),
        transmission.getVisitId(),
        cells.emrPatient(transmission.getPatientKey()),
        words(transmission.getKind()),
        words(transmission.getStatus()),
        cells.time(transmission.getAt()));
  }

  List<String> row(Feed feed) {
    return List.of(
        feed.getEventId(),
        feed.getSource() == FeedSource.EMR ? "EMR" : "Billing",
        cells.time(feed.getCompleteUntil()),
        cells.time(feed.getOccurredAt()));
  }

  /** Returns VALIDATION_FAILED as people read it: Validation Failed. */
  private static String words(Enum<?> symbol) {
    StringBuilder words = new StringBuilder();
    for (String word : symbol.name().split("_", -1)) {
      words
          .append(words.isEmpty() ? "" : " ")
          .append(word.charAt(0))
          .append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return words.toString();
  }
}
