-- Closes of periods: every one that was ever made. Of two of one version the first on the topic
-- stands.

create table period_close (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  granularity varchar,
  from_date date,
  version bigint,
  closed_at timestamp with time zone,
  closed_by varchar,
  position_no bigint,
  balance varchar
);

create index period_close_period on period_close (tenant, location, granularity, from_date);
