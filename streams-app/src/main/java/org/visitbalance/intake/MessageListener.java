package org.visitbalance.intake;

import java.time.ZoneId;
import org.visitbalance.ingest.hl7.Hl7Profile;
import org.visitbalance.ingest.hl7.Hl7Source;

/**
 * What messages of one sender are accepted as.
 *
 * @param name of the listener, a part of a path
 * @param refusesBad whether a message with a part that cannot be used is refused as a whole
 */
public record MessageListener(
    String name,
    String tenant,
    Hl7Source source,
    Hl7Profile profile,
    ZoneId zone,
    boolean refusesBad) {}
