package org.visitbalance.topology;

import java.time.Instant;
import org.visitbalance.core.CapBook;
import org.visitbalance.core.PeriodBook;
import org.visitbalance.core.StoredBooks;
import org.visitbalance.state.CapFigures;
import org.visitbalance.state.CapPosting;
import org.visitbalance.state.PeriodFigures;
import org.visitbalance.state.PeriodPosting;

/** How postings are added to the books. */
final class PeriodBooks {
  private PeriodBooks() {}

  /** The figures of a period with one posting more. */
  static PeriodFigures add(String key, PeriodPosting posting, PeriodFigures figures) {
    PeriodBook book = StoredBooks.book(figures);
    posting.getAdded().forEach(contribution -> book.add(contribution, 1));
    posting.getRemoved().forEach(contribution -> book.add(contribution, -1));
    Instant changed = figures.getChangedAt();
    return StoredBooks.figures(
        book,
        figures.getPostings() + 1,
        changed != null && changed.isAfter(posting.getPostedAt())
            ? changed
            : posting.getPostedAt());
  }

  /** The figures of a cap with one posting more. */
  static CapFigures add(String key, CapPosting posting, CapFigures figures) {
    CapBook book = StoredBooks.book(figures);
    if (posting.getTimes() != 0) {
      book.add(posting.getSample(), posting.getTimes());
    }
    return StoredBooks.figures(book, figures.getPostings() + 1, posting.getRuledCap());
  }
}
