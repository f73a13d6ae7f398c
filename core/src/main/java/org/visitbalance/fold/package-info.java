/** The one-shot engine: runs facts through the core, in this process. */
@NullMarked
package org.visitbalance.fold;

import org.jspecify.annotations.NullMarked;
