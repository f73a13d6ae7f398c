-- What people decide: accepted items, who works what, periods that were closed.

alter table balance add column kinds_accepted bigint;
alter table discrepancy add column assignee varchar;
alter table discrepancy add column accepted_because varchar;
alter table discrepancy add column before varchar;
alter table discrepancy add column after varchar;
alter table item add column accepted_because varchar;
