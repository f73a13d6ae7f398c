/** The result of a run, and what is said of it for people. */
@NullMarked
package org.visitbalance.report;

import org.jspecify.annotations.NullMarked;
