/** Shared basics: text forms of records, files, time. */
@NullMarked
package org.visitbalance.platform;

import org.jspecify.annotations.NullMarked;
