-- The read model: docs/read-model.md says what stands in it. What is here can be dropped at any
-- time and comes back from the topics. One SQL for H2 and PostgreSQL.

create table balance (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  granularity varchar,
  from_date date,
  to_date date,
  reported_emr_visits bigint,
  reported_billing_visits bigint,
  reported_difference bigint,
  reported_emr_units bigint,
  reported_billing_units bigint,
  origin_expected bigint,
  origin_billed bigint,
  origin_outstanding bigint,
  new_patients_emr_units bigint,
  new_patients_billing_visits bigint,
  new_patients_difference bigint,
  new_patients_items varchar,
  items varchar,
  kinds_expected bigint,
  kinds_pending bigint,
  kinds_work bigint,
  kinds_unexplained bigint,
  verdict varchar,
  offsetting boolean,
  readiness_open_notes bigint,
  readiness_failed_transmissions bigint,
  readiness_pending_transmissions bigint,
  readiness_absent_transmissions bigint,
  readiness_held_visits bigint,
  readiness_ready boolean
);

create table balance_provider (
  record_key varchar not null,
  provider_id varchar,
  emr_visits bigint,
  billing_visits bigint,
  emr_units bigint,
  billing_units bigint
);

create table item (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  granularity varchar,
  from_date date,
  list_name varchar,
  visit varchar,
  reason varchar,
  difference bigint
);

create table visit (
  record_key varchar primary key,
  tenant varchar not null,
  visit varchar,
  location varchar,
  date_of_service date,
  provider_id varchar,
  finalized_on date,
  created_on date,
  state varchar,
  suppressed boolean,
  late boolean,
  documented_units bigint,
  billed_units bigint
);

create table late_arrival (
  record_key varchar primary key,
  tenant varchar not null,
  visit varchar,
  location varchar,
  date_of_service date,
  provider_id varchar,
  status varchar,
  finalized_on date,
  created_on date,
  lag_days bigint,
  cause varchar,
  rejection_type varchar,
  reason_code varchar,
  held_from timestamp with time zone,
  held_until timestamp with time zone,
  same_week boolean,
  same_month boolean
);

create table unit_variance (
  record_key varchar primary key,
  tenant varchar not null,
  visit varchar,
  location varchar,
  finalized_on date,
  payer_id varchar,
  cpt varchar,
  documented bigint,
  billed bigint,
  scrubbed bigint,
  added bigint,
  explained bigint,
  unexplained bigint,
  rule varchar
);

create table cap_proposal (
  record_key varchar primary key,
  tenant varchar not null,
  payer_id varchar,
  cpt varchar,
  in_month varchar,
  cap bigint,
  support bigint
);

create table discrepancy (
  record_key varchar primary key,
  id varchar,
  tenant varchar not null,
  level varchar,
  kind varchar,
  status varchar,
  severity varchar,
  location varchar,
  on_date date,
  visit varchar,
  difference bigint,
  date_of_service date,
  provider_id varchar,
  units bigint,
  action varchar,
  opened_at timestamp with time zone,
  resolved_at timestamp with time zone
);

create table dead_letter (
  record_key varchar primary key,
  tenant varchar,
  source varchar,
  partition_no bigint,
  position_no bigint,
  field varchar,
  reason varchar,
  at timestamp with time zone
);

create table feed (
  record_key varchar primary key,
  tenant varchar not null,
  source varchar,
  complete_until timestamp with time zone,
  occurred_at timestamp with time zone,
  event_id varchar
);

create table source (
  record_key varchar primary key,
  tenant varchar not null,
  kind varchar,
  facts bigint,
  last_fact_at timestamp with time zone
);

create table settings_version (
  record_key varchar primary key,
  tenant varchar not null,
  version bigint,
  at timestamp with time zone,
  settings varchar
);

create table visit_ids (
  record_key varchar primary key,
  tenant varchar not null,
  visit varchar,
  patient_key varchar,
  name varchar
);

create table event (
  record_key varchar primary key,
  tenant varchar not null,
  patient_key varchar,
  kind varchar,
  what varchar,
  visit_name varchar,
  case_id varchar,
  at timestamp with time zone,
  known_at timestamp with time zone,
  detail varchar,
  codes varchar,
  business_date date,
  date_of_service date,
  location varchar,
  provider_id varchar
);

-- How far each partition is applied.
create table read_offset (
  topic varchar not null,
  partition_no integer not null,
  next_offset bigint not null,
  primary key (topic, partition_no)
);

-- How often something of a kind has changed, for live streams. No tenant: it may be anybody's.
create table change_count (
  tenant varchar not null,
  kind varchar not null,
  changes bigint not null,
  primary key (tenant, kind)
);

create index balance_by_period on balance (tenant, granularity, from_date, location);
create index balance_provider_by_balance on balance_provider (record_key);
create index item_by_period on item (tenant, location, granularity, from_date);
create index item_by_visit on item (tenant, visit);
create index visit_by_token on visit (tenant, visit);
create index visit_by_service on visit (tenant, date_of_service);
create index visit_by_finalized on visit (tenant, finalized_on);
create index late_arrival_by_visit on late_arrival (tenant, visit);
create index late_arrival_by_finalized on late_arrival (tenant, finalized_on);
create index unit_variance_by_visit on unit_variance (tenant, visit);
create index unit_variance_by_finalized on unit_variance (tenant, finalized_on);
create index cap_proposal_by_month on cap_proposal (tenant, in_month);
create index discrepancy_by_status on discrepancy (tenant, status, on_date);
create index discrepancy_by_visit on discrepancy (tenant, visit);
create index dead_letter_by_time on dead_letter (tenant, at);
create index settings_version_by_tenant on settings_version (tenant, version);
create index visit_ids_by_token on visit_ids (tenant, visit);
create index visit_ids_by_patient on visit_ids (tenant, patient_key);
create index event_by_patient on event (tenant, patient_key, at);
create index event_by_visit on event (tenant, visit_name, kind);
