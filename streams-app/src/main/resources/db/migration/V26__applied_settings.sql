-- How far each partition has applied the settings of each company, as its instance says.

create table applied_settings (
  partition_no integer not null,
  tenant varchar not null,
  sent_at timestamp with time zone not null,
  tick_at timestamp with time zone not null,
  done bigint not null,
  total bigint not null,
  primary key (partition_no, tenant)
);

create index settings_version_by_time on settings_version (tenant, at);
