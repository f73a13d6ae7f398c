/** The topology at work: on a cluster, and as the engine of one run. */
@NullMarked
package org.visitbalance.service;

import org.jspecify.annotations.NullMarked;
