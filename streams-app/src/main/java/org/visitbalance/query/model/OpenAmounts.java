package org.visitbalance.query.model;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.MoneyKinds;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;

/** The amounts of open discrepancies, for sums of money. */
final class OpenAmounts {
  static final Table TABLE =
      new Table(
          "open_amount",
          "The open discrepancies of visits whose kind has an amount, for sums of money. Same topic and"
              + " key as discrepancy.",
          false,
          List.of(
              new Column("tenant", "tenant", Column.Type.TEXT, "The company."),
              new Column(
                  "location",
                  "location",
                  Column.Type.TEXT,
                  "Billing's Place of Service, or UNMAPPED:clinic:pos."),
              new Column("on_date", "date", Column.Type.DAY, "The day of the discrepancy."),
              new Column("kind", "kind", Column.Type.TEXT, "The kind of the discrepancy."),
              new Column("visit", "visit", Column.Type.TEXT, "The visit's token."),
              new Column(
                  "amount_cents",
                  "amountCents",
                  Column.Type.WHOLE,
                  "The amount in cents; null if unknown."),
              new Column(
                  "file_by",
                  "fileBy",
                  Column.Type.DAY,
                  "The last day to file a claim for an unbilled visit; null if there is none.")));

  private OpenAmounts() {}

  /** Returns the row of a discrepancy; null if it has none. */
  static Object @Nullable [] row(@Nullable SpecificRecord value) {
    if (!(value instanceof Discrepancy one)
        || one.getStatus() != DiscrepancyStatus.OPEN
        || one.getLeftAt() != null
        || one.getVisit() == null
        || !(MoneyKinds.isAtRisk(one.getKind()) || MoneyKinds.isExposed(one.getKind()))) {
      return null;
    }
    return new Object[] {
      Flat.storable(one.getTenant()),
      Flat.storable(one.getLocation()),
      one.getDate(),
      one.getKind(),
      Flat.storable(one.getVisit()),
      one.getAmountCents(),
      one.getFileBy()
    };
  }
}
