/** The demo: a made-up company, a cluster and the service in one process. */
@NullMarked
package org.visitbalance.lab.demo;

import org.jspecify.annotations.NullMarked;
