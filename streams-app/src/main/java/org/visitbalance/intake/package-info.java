/** Reads what a company's systems deliver, each file once, and sends the facts (docs/intake.md). */
@NullMarked
package org.visitbalance.intake;

import org.jspecify.annotations.NullMarked;
