/** The commands; one small class each. */
@NullMarked
package org.visitbalance.cli;

import org.jspecify.annotations.NullMarked;
