-- What a proposed cap would explain is summed up by payer and code.

create index unit_variance_by_payer on unit_variance (tenant, payer_id, cpt, finalized_on);
