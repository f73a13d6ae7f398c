-- Where the two systems say that visits, notes and charges are, so that the page can ask which of
-- billing's locations each clinic of the EMR is.

create table site (
  record_key varchar primary key,
  tenant varchar,
  source varchar,
  site varchar,
  pos_code varchar
);
create index site_of on site (tenant, source);
