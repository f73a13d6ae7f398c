-- What the work list is ordered by, stored and with an index for each order: an order by an expression
-- sorts all rows for every page. The columns follow from the row itself, also for rows that are here
-- already. What comes first has the smallest value, so that each order goes one way.

alter table discrepancy add column stage integer generated always as (
  case when status = 'RESOLVED' then 2 when left_at is not null then 1 else 0 end) ${stored};
alter table discrepancy add column urgency integer generated always as (
  case severity when 'HIGH' then 0 when 'MEDIUM' then 1 else 2 end) ${stored};
alter table discrepancy add column due date generated always as (
  coalesce(file_by, date '2261-12-31')) ${stored};
alter table discrepancy add column on_day date generated always as (
  coalesce(on_date, date '1678-01-01')) ${stored};
alter table discrepancy add column opened timestamp with time zone generated always as (
  coalesce(opened_at, timestamp with time zone '2261-12-31 00:00:00+00')) ${stored};
alter table discrepancy add column amount_order bigint generated always as (
  -coalesce(amount_cents, -1)) ${stored};
-- Amounts at risk; the rest has none: 1, as what is unknown.
alter table discrepancy add column risk_order bigint generated always as (
  case when kind in ('HELD', 'TRANSMISSION_FAILED', 'TRANSMISSION_STUCK', 'NOT_SENT',
      'CHARGES_REMOVED', 'LOST_AFTER_ACCEPTANCE', 'MISSING_CHARGE', 'SCRUBBED_UNEXPLAINED')
    then -coalesce(amount_cents, -1) else 1 end) ${stored};
-- PostgreSQL indexes up to 2,700 bytes, and an unmapped location may be longer.
alter table discrepancy add column place varchar generated always as (
  left(coalesce(location, ''), 100)) ${stored};

create index discrepancy_by_due
  on discrepancy (tenant, stage, due, risk_order, amount_order, opened, on_day, record_key);
create index discrepancy_by_risk
  on discrepancy (tenant, stage, risk_order, amount_order, opened, on_day, record_key);
create index discrepancy_by_amount on discrepancy (tenant, stage, amount_order, due, on_day, record_key);
create index discrepancy_by_day on discrepancy (tenant, stage, on_day, urgency, record_key);
create index discrepancy_by_latest_day on discrepancy (tenant, stage, on_day desc, urgency, record_key);
create index discrepancy_by_latest on discrepancy (tenant, stage, opened desc, record_key);
create index discrepancy_by_place on discrepancy (tenant, stage, place, urgency, on_day, record_key);
create index discrepancy_by_kind on discrepancy (tenant, stage, kind, on_day, record_key);
