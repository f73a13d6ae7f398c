package org.visitbalance.intake;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;

/** The mappings of the companies, each asked for once. Not thread-safe. */
final class Mappings {
  private final IntakePlan plan;
  private final Map<String, @Nullable CompanyMapping> known = new HashMap<>();

  private Mappings(IntakePlan plan) {
    this.plan = plan;
  }

  /** Returns the mappings as they are now. */
  static Mappings of(IntakePlan plan) {
    return new Mappings(plan);
  }

  /**
   * Returns the mapping of a tenant; null if it has none.
   *
   * @throws Intake.Away if the topic cannot be read
   * @throws InputException if whoever wrote it did not check it
   */
  @Nullable CompanyMapping of(String tenant) {
    if (!known.containsKey(tenant)) {
      known.put(tenant, read(tenant));
    }
    return known.get(tenant);
  }

  private @Nullable CompanyMapping read(String tenant) {
    CompanyMapping company;
    try {
      company = plan.mappings().apply(tenant);
    } catch (InputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new Intake.Away(e);
    }
    if (company != null) {
      company.mapping().check(tenant);
    }
    return company;
  }
}
