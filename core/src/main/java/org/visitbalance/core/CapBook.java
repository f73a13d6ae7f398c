package org.visitbalance.core;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.CapProposal;
import org.visitbalance.state.CapSample;

/**
 * Infers the cap of one code for one payer from the compared visits of a month or of some days
 * (rules.md#inferred-caps). Not thread-safe.
 */
public final class CapBook {
  private static final long ENOUGH_VISITS = 20;
  private static final long ENOUGH_PERCENT = 95;

  record Units(long documented, long billed) implements Comparable<Units> {
    @Override
    public int compareTo(Units other) {
      int order = Long.compare(documented, other.documented);
      return order != 0 ? order : Long.compare(billed, other.billed);
    }
  }

  final TreeMap<Units, Long> visits = new TreeMap<>();

  /**
   * Adds the sample of one visit.
   *
   * @param times 1, or -1 to remove what was added before
   */
  public void add(CapSample sample, int times) {
    add(sample.getDocumented(), sample.getBilled(), times);
  }

  /** Adds visits with the same units. */
  public void add(long documented, long billed, long times) {
    visits.merge(
        new Units(documented, billed),
        times,
        (count, more) -> count + more == 0 ? null : Long.valueOf(count + more));
  }

  /** Returns whether nothing is left in it. */
  public boolean isEmpty() {
    return visits.isEmpty();
  }

  /** Returns how many pairs of documented and billed units it has. */
  public int size() {
    return visits.size();
  }

  /**
   * Returns the cap to propose; null if there is no evidence for one, or if the payer's rules
   * already have it.
   *
   * @param month yyyy-MM
   * @param ruledCap {@link TenantSettings#ruledCap} of the payer, code and month
   */
  public @Nullable CapProposal proposal(
      String tenant, String payerId, String cpt, String month, @Nullable Long ruledCap) {
    Inferred found = inferred(ruledCap);
    return found == null
        ? null
        : new CapProposal(tenant, payerId, cpt, month, found.cap, found.support);
  }

  /**
   * A cap that visits suggest.
   *
   * @param support the visits that documented more units
   * @param units the units that it would explain of these visits
   */
  public record Inferred(long cap, long support, long units) {}

  /**
   * Returns the cap that the visits suggest; null if there is no evidence for one.
   *
   * @param ruledCap the cap that the payer's rules already have, which is not suggested; null for
   *     none
   */
  public @Nullable Inferred inferred(@Nullable Long ruledCap) {
    TreeSet<Long> caps = new TreeSet<>();
    visits.keySet().forEach(units -> caps.add(units.billed()));
    for (long cap : caps) {
      long support = support(cap);
      if (support < ENOUGH_VISITS) {
        return null;
      }
      if (fits(cap, support)) {
        if (ruledCap != null && ruledCap == cap) {
          return null;
        }
        long units = 0;
        for (Map.Entry<Units, Long> one : above(cap).entrySet()) {
          units += (one.getKey().documented() - cap) * one.getValue();
        }
        return new Inferred(cap, support, units);
      }
    }
    return null;
  }

  /** Returns the number of visits that documented more units than the cap. */
  private long support(long cap) {
    long support = 0;
    for (long count : above(cap).values()) {
      support += count;
    }
    return support;
  }

  private boolean fits(long cap, long support) {
    long exactly = 0;
    for (Map.Entry<Units, Long> entry : above(cap).entrySet()) {
      if (entry.getKey().billed() > cap) {
        return false;
      }
      exactly += entry.getKey().billed() == cap ? entry.getValue() : 0;
    }
    return exactly * 100 >= support * ENOUGH_PERCENT;
  }

  private Map<Units, Long> above(long cap) {
    return visits.tailMap(new Units(cap, Long.MAX_VALUE), false);
  }
}
