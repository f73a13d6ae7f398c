/** The audit commands. */
@NullMarked
package org.visitbalance.cli.audit;

import org.jspecify.annotations.NullMarked;
