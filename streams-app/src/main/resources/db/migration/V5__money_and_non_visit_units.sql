-- What discrepancies are worth and by when to file; the part of the units that supplies and fees
-- have.

alter table balance add column reported_emr_non_visit_units bigint;
alter table balance add column reported_billing_non_visit_units bigint;
alter table discrepancy add column amount_cents bigint;
alter table discrepancy add column file_by date;
