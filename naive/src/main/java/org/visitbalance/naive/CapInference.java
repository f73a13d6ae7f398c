package org.visitbalance.naive;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.visitbalance.naive.Units.CodeUnits;

/** Section 7: caps that a month's billed units suggest and the settings do not know. */
final class CapInference {
  record Proposal(String payerId, String cpt, YearMonth month, long cap, long support) {}

  private record Key(String payerId, String cpt, YearMonth month) {}

  private CapInference() {}

  /** The proposals of one tenant from all its visits. */
  static List<Proposal> proposals(
      Collection<Subject> subjects, TenantSettings settings, Moment moment) {
    Map<Key, List<CodeUnits>> samples = new HashMap<>();
    for (Subject subject : subjects) {
      if (Units.isCompared(subject, moment)
          && !subject.isAddendumNotRebilled()
          && subject.payerId() != null) {
        YearMonth month = YearMonth.from(subject.visit.getFinalizedOn());
        for (CodeUnits code : Units.codes(subject)) {
          samples
              .computeIfAbsent(
                  new Key(subject.payerId(), code.cpt(), month), key -> new ArrayList<>())
              .add(code);
        }
      }
    }
    List<Proposal> proposals = new ArrayList<>();
    samples.forEach(
        (key, visits) -> {
          OptionalLong cap = smallestCap(visits);
          PayerLimits known = settings.limits(key.payerId(), key.month().atEndOfMonth());
          if (cap.isPresent() && !known.capsAt(key.cpt(), cap.getAsLong())) {
            long support = above(visits, cap.getAsLong()).size();
            proposals.add(
                new Proposal(key.payerId(), key.cpt(), key.month(), cap.getAsLong(), support));
          }
        });
    return proposals;
  }

  /** Only units that were billed can be a cap: nearly all visits above it were billed just it. */
  private static OptionalLong smallestCap(List<CodeUnits> visits) {
    return visits.stream()
        .mapToLong(CodeUnits::billed)
        .sorted()
        .distinct()
        .filter(k -> isCap(above(visits, k), k))
        .findFirst();
  }

  private static boolean isCap(List<CodeUnits> above, long k) {
    long exactly = above.stream().filter(visit -> visit.billed() == k).count();
    return above.size() >= 20
        && above.stream().noneMatch(visit -> visit.billed() > k)
        && exactly * 100 >= above.size() * 95L;
  }

  private static List<CodeUnits> above(List<CodeUnits> visits, long k) {
    return visits.stream().filter(visit -> visit.documented() > k).toList();
  }
}
