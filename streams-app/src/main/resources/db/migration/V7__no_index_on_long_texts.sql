-- PostgreSQL indexes up to 2,700 bytes. The name of a visit in a decision may have 4,096, and a tenant
-- with an unmapped location 3,100. Whoever asks for a name also asks for its patient, whose events have
-- an index; a day, week, or month of a tenant has few locations.

drop index event_by_visit;
drop index balance_by_period;
drop index item_by_period;
drop index period_close_period;
create index balance_by_period on balance (tenant, granularity, from_date);
create index item_by_period on item (tenant, granularity, from_date);
create index period_close_period on period_close (tenant, granularity, from_date);
