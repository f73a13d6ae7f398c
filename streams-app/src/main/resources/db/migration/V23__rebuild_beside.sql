-- A rebuild that fills new tables beside these, and how far it is. The new tables, which replace these,
-- have no row here.

create table rebuild (
  id integer primary key,
  since timestamp with time zone not null,
  done bigint not null,
  total bigint not null,
  seen_at timestamp with time zone not null
);
