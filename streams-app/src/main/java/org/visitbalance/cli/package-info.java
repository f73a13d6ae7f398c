/** The commands of the program; one small class each. */
@NullMarked
package org.visitbalance.cli;

import org.jspecify.annotations.NullMarked;
