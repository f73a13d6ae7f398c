/** Replays the input topics to a moment, and says what was known then. */
@NullMarked
package org.visitbalance.audit;

import org.jspecify.annotations.NullMarked;
