package org.visitbalance.core;

import java.util.List;
import org.visitbalance.output.Balance;
import org.visitbalance.output.CapProposal;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Item;
import org.visitbalance.output.LateArrival;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.output.VisitSummary;

/**
 * All that a run says, whichever engine ran. The order in the lists means nothing.
 *
 * @param discrepancies the open ones
 * @param lateArrivals with the lag of held visits worked out
 * @param visitIds the way back from tokens; restricted
 */
public record Outputs(
    List<Balance> balances,
    List<Item> items,
    List<VisitSummary> visits,
    List<Discrepancy> discrepancies,
    List<LateArrival> lateArrivals,
    List<UnitVariance> unitVariances,
    List<CapProposal> capProposals,
    List<VisitIds> visitIds) {}
