-- Which old rows were removed from the tables, and how many; they are still on the topics.

create table removed_rows (
  what varchar primary key,
  before_day date not null,
  removed bigint not null
);

create index discrepancy_by_resolution on discrepancy (status, resolved_at);
create index event_by_time on event (at);
