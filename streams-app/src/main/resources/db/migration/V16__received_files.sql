-- The files that intake received, and what became of them.

create table received_file (
  record_key varchar primary key,
  tenant varchar,
  sha256 varchar,
  part varchar,
  receipt bigint,
  name varchar,
  size bigint,
  source varchar,
  state varchar,
  reason varchar,
  entry varchar,
  row_count bigint,
  facts bigint,
  to_send bigint,
  sent bigint,
  unchanged bigint,
  dead bigint,
  skipped bigint,
  first_date date,
  last_date date,
  received_at timestamp with time zone,
  changed_at timestamp with time zone,
  by_whom varchar
);
create index received_file_of on received_file (tenant, received_at);
