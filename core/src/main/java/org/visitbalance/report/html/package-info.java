/** The report of a run for a browser: one file to read, print and keep. */
@NullMarked
package org.visitbalance.report.html;

import org.jspecify.annotations.NullMarked;
