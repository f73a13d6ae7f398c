-- Which chain a charge belongs to, and which chain somebody linked to a visit. The topics keep facts
-- forever, so the facts about patients are read again from their beginning.

alter table event add column chain varchar;

delete from event;
delete from source;
delete from read_offset where topic like '%emr.visits';
delete from read_offset where topic like '%emr.notes';
delete from read_offset where topic like '%emr.transmissions';
delete from read_offset where topic like '%billing.charges';
delete from read_offset where topic like '%billing.rejections';
delete from read_offset where topic like '%balancing.decisions';
