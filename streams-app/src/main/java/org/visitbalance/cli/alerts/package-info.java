/** The alerts commands. */
@NullMarked
package org.visitbalance.cli.alerts;

import org.jspecify.annotations.NullMarked;
