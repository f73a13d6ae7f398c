package org.visitbalance.report;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Reasons;
import org.visitbalance.output.Balance;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Reason;
import org.visitbalance.output.Severity;
import org.visitbalance.text.Words;

/** Which of the reasons of a day are urgent, and what each asks of people. */
public final class UrgentWork {
  /** The reasons whose items are work as long as they are not overdue. */
  private static final Set<String> WORK =
      Arrays.stream(Reason.values())
          .filter(reason -> Reasons.kind(reason) == Reasons.Kind.WORK)
          .map(Reason::name)
          .collect(Collectors.toUnmodifiableSet());

  private record Place(String reason, String location, @Nullable LocalDate day) {}

  private final Map<Place, Long> overdue = new HashMap<>();
  private final Map<Place, Long> due = new HashMap<>();

  /** Counts the urgent items of a tenant, day by day. */
  public UrgentWork(TenantResult tenant) {
    for (Discrepancy found : tenant.discrepancies()) {
      if (found.getSeverity() == Severity.HIGH && WORK.contains(found.getKind())) {
        (isDue(found, tenant.today()) ? due : overdue)
            .merge(new Place(found.getKind(), found.getLocation(), found.getDate()), 1L, Long::sum);
      }
    }
  }

  /** Whether what makes work urgent is the last day to file. */
  private static boolean isDue(Discrepancy found, LocalDate today) {
    LocalDate fileBy = found.getFileBy();
    return fileBy != null && !today.isBefore(fileBy.minusDays(Reasons.DAYS_TO_FILE));
  }

  /** Returns what a reason of a day asks of people, and how much of it is urgent. */
  public String kind(String reason, Balance day) {
    Place place = new Place(reason, day.getLocation(), day.getFrom());
    return kind(Reasons.kind(Reason.valueOf(reason)))
        + urgent(overdue.get(place), "overdue")
        + urgent(due.get(place), "to file within 14 days");
  }

  private static String urgent(@Nullable Long count, String word) {
    return count == null ? "" : ", " + Words.count(count) + " " + word;
  }

  private static String kind(Reasons.Kind kind) {
    return switch (kind) {
      case EXPECTED -> "expected";
      case PENDING -> "pending";
      case WORK -> "to do";
      case UNEXPLAINED -> "unexplained";
      case ACCEPTED -> "accepted";
    };
  }
}
