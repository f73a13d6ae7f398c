-- What people note about the weeks of locations: topic balancing.annotations.

create table annotation (
  record_key varchar primary key,
  tenant varchar not null,
  location varchar,
  from_date date,
  text varchar,
  noted_by varchar,
  noted_at timestamp with time zone
);

create index annotation_by_week on annotation (tenant, from_date);
