-- What stands out in a company's figures: topic balancing.insights.

create table insight (
  record_key varchar primary key,
  tenant varchar not null,
  kind varchar,
  location varchar,
  on_date date,
  about varchar,
  status varchar,
  text varchar,
  finding varchar,
  provider_id varchar,
  payer_id varchar,
  cpt varchar,
  observed bigint,
  total bigint,
  expected varchar,
  low bigint,
  high bigint,
  base_observed bigint,
  base_total bigint,
  p_value varchar,
  metric varchar,
  rate varchar,
  center varchar,
  bound varchar,
  proposal varchar,
  opened_at timestamp with time zone,
  resolved_at timestamp with time zone,
  opened_by_rules boolean
);

create index insight_by_status on insight (tenant, status, opened_at);
