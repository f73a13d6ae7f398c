-- The open discrepancies of visits that have an amount, a narrow row for each: a sum of money reads all
-- of them, and in the table of discrepancies they are few among many wide rows.

create table open_amount (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  on_date date,
  kind varchar,
  visit varchar,
  amount_cents bigint,
  file_by date
);

create index open_amount_by_tenant on open_amount (tenant);

insert into open_amount
  select record_key, tenant, location, on_date, kind, visit, amount_cents, file_by from discrepancy
  where status = 'OPEN' and left_at is null and visit is not null and kind in (
    'HELD', 'TRANSMISSION_FAILED', 'TRANSMISSION_STUCK', 'NOT_SENT', 'CHARGES_REMOVED',
    'LOST_AFTER_ACCEPTANCE', 'MISSING_CHARGE', 'SCRUBBED_UNEXPLAINED', 'KEYED_IN_BILLING',
    'UNEXPECTED_CHARGE', 'RETRACTED_IN_EMR', 'CHARGED_BEFORE_FINALIZED', 'BILLED_THOUGH_NOT_COUNTED',
    'BILLED_THOUGH_SUPPRESSED', 'DUPLICATE_BILLING', 'UNITS_ADDED');
