/** A simulated company that documents and bills visits: facts for tests, demos and benchmarks. */
@NullMarked
package org.visitbalance.scenario;

import org.jspecify.annotations.NullMarked;
