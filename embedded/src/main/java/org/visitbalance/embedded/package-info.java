/** A Kafka broker and a schema registry inside of this process, for use without infrastructure. */
@NullMarked
package org.visitbalance.embedded;

import org.jspecify.annotations.NullMarked;
