package org.visitbalance.scenario;

import java.util.List;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;

/** Billing's part of the Standard Extract: one row per charge (files.md#profiles). */
final class BillingExtract {
  private static final List<String> HEADER =
      List.of(
          "charge_id",
          "original_charge_id",
          "patient_account_number",
          "date_of_service",
          "charge_date",
          "update_date",
          "cpt_code",
          "mod1",
          "mod2",
          "units",
          "charge_amount",
          "cur_insurance_code",
          "visit_id",
          "place_of_service_id",
          "webpt_treating_therapist_id",
          "webpt_billing_therapist_id",
          "is_active",
          "export_flag",
          "entry");

  /** A column for what else a charge says. */
  private static final List<String> MORE = List.of("emr_visit_id");

  /** The column whose rows stay together: the changes of one charge. */
  static final int CHARGE_COLUMN = 0;

  private final ExtractCells cells;

  BillingExtract(ExtractCells cells) {
    this.cells = cells;
  }

  List<String> header() {
    return cells.isFull() ? ExtractCells.together(HEADER, MORE) : HEADER;
  }

  List<String> row(Charge charge) {
    List<String> row = usual(charge);
    return cells.isFull()
        ? ExtractCells.together(row, List.of(ExtractCells.text(charge.getEmrVisitId())))
        : row;
  }

  private List<String> usual(Charge charge) {
    List<String> modifiers = charge.getModifiers();
    boolean created = charge.getUpdatedAt().equals(charge.getCreatedAt());
    return List.of(
        charge.getChargeId(),
        ExtractCells.text(charge.getOriginalChargeId()),
        charge.getPatientKey(),
        cells.date(charge.getDateOfService()),
        cells.time(charge.getCreatedAt()),
        created ? "" : cells.time(charge.getUpdatedAt()),
        charge.getCpt(),
        modifiers.isEmpty() ? "" : modifiers.get(0),
        modifiers.size() < 2 ? "" : modifiers.get(1),
        cells.number(charge.getUnits()),
        cells.money(charge.getAmountCents()),
        ExtractCells.text(charge.getPayerId()),
        ExtractCells.text(charge.getBillingVisitId()),
        charge.getLocationId(),
        charge.getTreatingProviderId(),
        ExtractCells.text(charge.getBillingProviderId()),
        charge.getStatus() == ChargeStatus.ACTIVE ? "1" : "0",
        flag(charge, created),
        charge.getOrigin() == ChargeOrigin.MANUAL ? "Manual" : "");
  }

  private static String flag(Charge charge, boolean created) {
    if (charge.getStatus() == ChargeStatus.REMOVED) {
      return ChargesExtract.REMOVED;
    }
    return created ? ChargesExtract.NEW : ChargesExtract.MODIFIED;
  }
}
