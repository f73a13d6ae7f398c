/** Receives HL7 v2 messages over MLLP, and answers when their facts are on the topics. */
@NullMarked
package org.visitbalance.intake.hl7;

import org.jspecify.annotations.NullMarked;
