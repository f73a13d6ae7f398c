-- The key of a dead letter is the position of its record, even if the letter was written several times.
-- A record that was sent again has a row of its own.

delete from dead_letter a
where exists (
  select 1 from dead_letter b
  where b.source = a.source and b.partition_no = a.partition_no and b.position_no = a.position_no
    and b.record_key > a.record_key
);
update dead_letter set record_key = source || '|' || partition_no || '|' || position_no;

create table dead_letter_retry (
  record_key varchar primary key,
  tenant varchar,
  source varchar,
  partition_no bigint,
  position_no bigint,
  retried_at timestamp with time zone,
  retried_by varchar
);
