/** Faults on purpose: an installation of many processes, what breaks them, and who checks it. */
@NullMarked
package org.visitbalance.lab.faults;

import org.jspecify.annotations.NullMarked;
