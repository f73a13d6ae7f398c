/** Runs the topology: as a service on a cluster, and as the engine of a single run. */
@NullMarked
package org.visitbalance.service;

import org.jspecify.annotations.NullMarked;
