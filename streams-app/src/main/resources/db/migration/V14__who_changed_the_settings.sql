-- Who sent a settings document, and why. Documents that came earlier name nobody.

alter table settings_version add column who varchar;
alter table settings_version add column why varchar;
