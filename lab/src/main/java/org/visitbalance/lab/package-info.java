/** Commands that production does not need: generate, cluster, and the streams engine for files. */
@NullMarked
package org.visitbalance.lab;

import org.jspecify.annotations.NullMarked;
