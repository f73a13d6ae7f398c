/** The output files of a run and the summary that a person reads. */
@NullMarked
package org.visitbalance.report;

import org.jspecify.annotations.NullMarked;
