-- What became known since a period was closed, by the time of the topics.

alter table period_close add column known_at timestamp with time zone;

create index event_by_known on event (tenant, known_at);
