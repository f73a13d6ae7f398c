/** The program's entry point; the verbs are in {@link org.visitbalance.cli}. */
@NullMarked
package org.visitbalance;

import org.jspecify.annotations.NullMarked;
