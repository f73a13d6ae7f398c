/** Turns HL7 v2 messages into rows, as a profile says; docs/intake.md#hl7 describes it. */
@NullMarked
package org.visitbalance.ingest.hl7;

import org.jspecify.annotations.NullMarked;
