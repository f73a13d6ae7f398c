/** External formats: each turns files or messages of one kind into facts. */
@NullMarked
package org.visitbalance.ingest;

import org.jspecify.annotations.NullMarked;
