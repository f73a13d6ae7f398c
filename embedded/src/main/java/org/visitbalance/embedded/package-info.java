/** A Kafka broker and a schema registry in this process, for use without infrastructure. */
@NullMarked
package org.visitbalance.embedded;

import org.jspecify.annotations.NullMarked;
