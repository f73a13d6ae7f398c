/** The output files of a run, with a summary and a report for people. */
@NullMarked
package org.visitbalance.report;

import org.jspecify.annotations.NullMarked;
