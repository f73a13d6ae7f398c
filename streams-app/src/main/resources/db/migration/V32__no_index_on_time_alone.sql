-- Old rows are looked for company by company, in the order in which they became known: an index less to
-- make and to keep on the largest table.

drop index if exists event_by_time;
delete from index_to_make where name = 'event_by_time';
