-- How each company's files are read, in all versions.

create table mapping_version (
  record_key varchar primary key,
  tenant varchar not null,
  version bigint,
  at timestamp with time zone,
  mapping varchar,
  who varchar,
  why varchar
);
create index mapping_version_by_tenant on mapping_version (tenant, version);
