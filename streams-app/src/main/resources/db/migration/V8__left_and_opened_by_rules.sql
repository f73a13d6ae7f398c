-- When the visit of a discrepancy left the service's state, and whether new rules opened it.

alter table discrepancy add column left_at timestamp with time zone;
alter table discrepancy add column opened_by_rules boolean;
