package org.visitbalance.ingest;

import static java.util.stream.Collectors.joining;

import java.time.LocalDate;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** Says what became of the rows of tables that a person would not expect (files.md#messages). */
final class RowNotices {
  private static final int MOST_DATES = 3;

  private final List<RowSource> sources;
  private final Notices notices;

  private RowNotices(List<RowSource> sources, Notices notices) {
    this.sources = sources;
    this.notices = notices;
  }

  /**
   * Adds what there is to say about tables that have been read.
   *
   * @param crosswalk the account numbers in them
   */
  static void tell(List<RowSource> sources, Crosswalk crosswalk, Notices notices) {
    new RowNotices(sources, notices).tell(crosswalk);
  }

  private void tell(Crosswalk crosswalk) {
    for (RowSource source : sources) {
      String unread = source.file().unread().get();
      if (unread != null) {
        notices.add(Notices.About.TABLES, unread);
      }
    }
    for (RowSource source : sources) {
      if (source.count().isCut) {
        notices.add(
            Notices.About.ROWS,
            source.file().fileName()
                + ": the last line is shorter than all others and has no end. If the file was cut"
                + " off, export it again.");
      }
    }
    tellFuture();
    tell(
        Notices.About.IDS,
        count -> count.shortened,
        "row has an id",
        "rows have ids",
        " that a spreadsheet has shortened (like 1.23457E+11) and cannot be used. Export the file"
            + " again, and do not open it in a spreadsheet.");
    tell(
        Notices.About.TOTALS,
        count -> count.totals,
        "total row was",
        "total rows were",
        " skipped. If they are records, add totals: false to the mapping entry.");
    tell(
        Notices.About.TOTALS,
        count -> count.skipped - count.totals,
        "row was",
        "rows were",
        " skipped, as the mapping says.");
    for (RowSource source : sources) {
      if (!source.count().unchecked.isEmpty()) {
        notices.add(
            Notices.About.TOTALS,
            source.file().fileName()
                + ": its total could not be checked, because "
                + source.count().unchecked
                + ".");
      }
    }
    long lost = sources.stream().mapToLong(source -> source.count().lostAmounts).sum();
    if (lost > 0) {
      notices.add(
          Notices.About.AMOUNTS,
          Notices.count(lost, "amount", "amounts")
              + " of money cannot be used, unreadable or negative. Their rows count without them.");
    }
    crosswalk.forEachAmbiguous(
        (tenant, count) ->
            notices.add(
                Notices.About.CROSSWALK,
                "Patients of tenant "
                    + tenant
                    + " with several account numbers in the patients file: "
                    + count
                    + ". The last one counts, and charges under the others are not matched to their"
                    + " visits. Keep one row a patient."));
    tellReplaced(RowKind.VISIT, Field.RECORD_POINTER, "lines");
    tellReplaced(RowKind.CHARGE, Field.CHARGE_ID, "charges");
  }

  private void tellReplaced(RowKind kind, Field id, String what) {
    for (RowSource source : sources) {
      long rows = source.count().replaced;
      if (source.kind() == kind && rows > 0) {
        notices.add(
            Notices.About.ROWS,
            source.file().fileName()
                + ": "
                + Notices.count(rows, "row takes", "rows take")
                + " the place of another one with the same "
                + source.nameOf(id.label())
                + " and time. If they are "
                + what
                + " of their own, map "
                + id.label()
                + " to a column that tells them apart.");
      }
    }
  }

  private void tellFuture() {
    TreeSet<LocalDate> dates = new TreeSet<>();
    sources.forEach(source -> dates.addAll(source.count().futureDates));
    int more = dates.size() - MOST_DATES;
    String some = dates.stream().limit(MOST_DATES).map(LocalDate::toString).collect(joining(", "));
    tell(
        Notices.About.FUTURE,
        count -> count.future,
        "row is",
        "rows are",
        " from the future ("
            + some
            + (more > 0 ? " and " + Notices.count(more, "more date", "more dates") : "")
            + ") and cannot be used. Correct the dates.");
  }

  /** Says of how many rows something is true, with the first file that has one. */
  private void tell(
      Notices.About about, ToLongFunction<RowCount> number, String one, String many, String what) {
    List<RowSource> with =
        sources.stream().filter(source -> number.applyAsLong(source.count()) > 0).toList();
    if (!with.isEmpty()) {
      long all = with.stream().mapToLong(source -> number.applyAsLong(source.count())).sum();
      notices.add(
          about,
          with.get(0).file().fileName()
              + (with.size() > 1
                  ? " and " + Notices.count(with.size() - 1, "other file", "other files")
                  : "")
              + ": "
              + Notices.count(all, one, many)
              + what);
    }
  }
}
