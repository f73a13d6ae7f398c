/** Requests that accept, assign or undo discrepancies. */
@NullMarked
package org.visitbalance.query.decisions;

import org.jspecify.annotations.NullMarked;
