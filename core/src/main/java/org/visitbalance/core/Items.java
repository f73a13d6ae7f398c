package org.visitbalance.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Item;
import org.visitbalance.output.ItemList;
import org.visitbalance.output.VisitIds;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.JudgedIds;
import org.visitbalance.state.Judgement;

/** The lists of the visits behind the figures of the periods, and the ids behind tokens. */
public final class Items {
  private Items() {}

  /** Returns the items that one judgement puts on the lists of its periods. */
  public static List<Item> of(String tenant, Judgement judgement) {
    List<Item> items = new ArrayList<>(0);
    for (Contribution contribution : judgement.getContributions()) {
      if (contribution.getReason() != null) {
        long difference = (long) contribution.getEmrVisits() - contribution.getBillingVisits();
        items.add(
            item(tenant, judgement, contribution, ItemList.BRIDGE)
                .setReason(contribution.getReason())
                .setDifference(difference)
                .setAcceptedBecause(contribution.getAcceptedBecause())
                .build());
      }
      if (contribution.getEvaluationReason() != null) {
        long difference = contribution.getEvaluationUnits() - contribution.getEvaluationVisits();
        items.add(
            item(tenant, judgement, contribution, ItemList.NEW_PATIENTS)
                .setReason(contribution.getEvaluationReason())
                .setDifference(difference)
                .build());
      }
      for (ItemList list : contribution.getLists()) {
        items.add(item(tenant, judgement, contribution, list).setDifference(0).build());
      }
    }
    return items;
  }

  /** Returns the ids behind a judgement's token; null if another judgement has them. */
  public static @Nullable VisitIds ids(String tenant, String patientKey, Judgement judgement) {
    JudgedIds ids = judgement.getIds();
    return ids == null
        ? null
        : new VisitIds(
            tenant,
            judgement.getToken(),
            patientKey,
            judgement.getName(),
            ids.getPayerId(),
            ids.getCharges());
  }

  private static Item.Builder item(
      String tenant, Judgement judgement, Contribution contribution, ItemList list) {
    return Item.newBuilder()
        .setTenant(tenant)
        .setLocation(contribution.getLocation())
        .setGranularity(contribution.getGranularity())
        .setFrom(contribution.getFrom())
        .setList(list)
        .setVisit(judgement.getToken());
  }
}
