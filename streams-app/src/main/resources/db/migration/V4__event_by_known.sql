-- What became known since a period was closed.

create index event_by_known on event (tenant, known_at);
