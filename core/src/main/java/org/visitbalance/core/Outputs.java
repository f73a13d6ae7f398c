package org.visitbalance.core;

import java.util.List;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Insight;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;

/**
 * All results of a run, whichever engine ran it. The order in the lists has no meaning.
 *
 * @param discrepancies the open discrepancies
 * @param lateArrivals the late arrivals, including the lag of held visits
 * @param visitIds maps tokens back to ids; restricted
 * @param insights what stands out
 */
public record Outputs(
    List<Balance> balances,
    List<Item> items,
    List<VisitSummary> visits,
    List<Discrepancy> discrepancies,
    List<LateArrival> lateArrivals,
    List<UnitVariance> unitVariances,
    List<CapProposal> capProposals,
    List<VisitIds> visitIds,
    List<Insight> insights) {}
