/** The output files of a run: all of them or none. */
@NullMarked
package org.visitbalance.report.files;

import org.jspecify.annotations.NullMarked;
