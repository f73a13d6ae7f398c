/** The service's Kafka Streams topology, which runs the core continuously. */
@NullMarked
package org.visitbalance.topology;

import org.jspecify.annotations.NullMarked;
