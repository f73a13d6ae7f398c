/** Replays the input topics up to a moment and reports what was known then. */
@NullMarked
package org.visitbalance.audit;

import org.jspecify.annotations.NullMarked;
