-- All ids behind a token, and an index for each that people search by.

alter table visit_ids add column payer_id varchar;
alter table visit_ids add column named_by varchar;
create table visit_charge (
  record_key varchar not null,
  charge_id varchar,
  billing_visit_id varchar,
  created_on date,
  billed boolean,
  tenant varchar not null,
  visit varchar
);
create index visit_ids_by_name on visit_ids (tenant, named_by);
create index visit_charge_by_record on visit_charge (record_key);
create index visit_charge_by_visit on visit_charge (tenant, visit);
create index visit_charge_by_charge on visit_charge (tenant, charge_id);
create index visit_charge_by_billing_visit on visit_charge (tenant, billing_visit_id);
