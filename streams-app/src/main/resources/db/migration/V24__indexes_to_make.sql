-- Indexes that are left out while the tables are filled for the first time, and made afterward.

create table index_to_make (
  name varchar primary key,
  made_by varchar not null
);
