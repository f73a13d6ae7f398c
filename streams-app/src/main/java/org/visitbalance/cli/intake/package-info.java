/** The command that reads what systems deliver: docs/intake.md. */
@NullMarked
package org.visitbalance.cli.intake;

import org.jspecify.annotations.NullMarked;
