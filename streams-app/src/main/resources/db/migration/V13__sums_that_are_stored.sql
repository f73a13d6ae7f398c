-- Sums of many rows, kept as the rows change, so that no view adds up a company's rows each time. An
-- instance makes them from the rows when it starts, wherever they differ.

create table balance_sum (
  record_key varchar primary key,
  tenant varchar not null,
  from_date date,
  finalized bigint not null,
  billed bigint not null,
  difference bigint not null,
  expected bigint not null,
  billed_of_expected bigint not null,
  outstanding bigint not null,
  held bigint not null,
  unexplained bigint not null
);

create table visit_sum (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  finalized_on date,
  unbilled bigint not null,
  lost bigint not null,
  unbilled_units bigint not null
);

create table discrepancy_sum (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  severity varchar,
  kind varchar,
  open_now bigint not null
);

create index balance_sum_by_day on balance_sum (tenant, from_date);
create index visit_sum_by_day on visit_sum (tenant, finalized_on);
create index discrepancy_sum_by_tenant on discrepancy_sum (tenant);
create index discrepancy_by_opened on discrepancy (tenant, opened_at);
create index item_by_list on item (tenant, list_name, granularity, from_date);
