/** Benchmarks of the core, the topology and the audit. */
@NullMarked
package org.visitbalance.lab.bench;

import org.jspecify.annotations.NullMarked;
