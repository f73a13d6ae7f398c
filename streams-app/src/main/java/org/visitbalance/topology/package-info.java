/** The service's Kafka Streams topology: the core, continuously. */
@NullMarked
package org.visitbalance.topology;

import org.jspecify.annotations.NullMarked;
