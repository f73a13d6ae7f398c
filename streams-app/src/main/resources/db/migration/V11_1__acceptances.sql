-- Who accepted what, when, why, and with which note: from the access log, which is read from its
-- beginning. Restricted: for those who may decide themselves.

create table acceptance (
  record_key varchar primary key,
  tenant varchar not null,
  discrepancy varchar,
  at timestamp with time zone,
  who varchar,
  reason varchar,
  note varchar
);
create index acceptance_by_discrepancy on acceptance (tenant, discrepancy, at);
