package org.visitbalance.intake;

import java.time.Instant;
import org.visitbalance.ingest.TenantMapping;

/**
 * The mapping that a company has on its topic.
 *
 * @param since when the topic received it
 */
public record CompanyMapping(TenantMapping mapping, Instant since) {}
