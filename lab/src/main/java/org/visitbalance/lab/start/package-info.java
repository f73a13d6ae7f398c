/** A whole installation on one machine, for one company: start, back up, restore. */
@NullMarked
package org.visitbalance.lab.start;

import org.jspecify.annotations.NullMarked;
